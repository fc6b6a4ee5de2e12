package demitasse.gguf;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not a GGUF file that can be read: says where, what, and what was expected. */
public final class GgufFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;

    public GgufFormatException(Path file, long offset, String what, String expected, String actual) {
        super(file + ": at byte " + offset + ": " + Shown.of(what) + ": expected " + expected + ", found "
                + Shown.of(actual));
        this.file = file;
        this.offset = offset;
    }

    public Path file() {
        return file;
    }

    /** Where in the file the trouble begins, in bytes. */
    public long offset() {
        return offset;
    }
}
