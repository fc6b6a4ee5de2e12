package demitasse.gguf;

import java.io.IOException;
import java.nio.file.Path;

/** A file that breaks the rules of its format: says where, what, and what was expected. */
public class FileFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;

    public FileFormatException(Path file, long offset, String what, String expected, String actual) {
        super(file + ": at byte " + offset + ": " + Shown.of(what) + ": expected " + expected + ", found "
                + Shown.of(actual));
        this.file = file;
        this.offset = offset;
    }

    public final Path file() {
        return file;
    }

    /** Where in the file the trouble begins, in bytes. */
    public final long offset() {
        return offset;
    }
}
