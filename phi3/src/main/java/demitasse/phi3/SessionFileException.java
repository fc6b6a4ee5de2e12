package demitasse.phi3;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is no saved session, a broken one, or one of another model or kind of session. */
public final class SessionFileException extends IOException {
    private static final long serialVersionUID = 1L;

    SessionFileException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
