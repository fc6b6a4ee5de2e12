package demitasse.rag;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;

/** The database could not be read or written; the message names the file and SQLite's reason. */
public final class StoreException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    public StoreException(String where, SQLException cause) {
        super(where + ": " + cause.getMessage(), new IOException(where + ": " + cause.getMessage(), cause));
    }

    StoreException(String where, String what) {
        super(where + ": " + what, new IOException(where + ": " + what));
    }
}
