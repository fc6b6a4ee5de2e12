package demitasse.gguf;

import java.nio.file.Path;

/** A file that is not a GGUF file that can be read. */
public final class GgufFormatException extends FileFormatException {
    private static final long serialVersionUID = 1L;

    public GgufFormatException(Path file, long offset, String what, String expected, String actual) {
        super(file, offset, what, expected, actual);
    }
}
