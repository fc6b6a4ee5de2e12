package demitasse.phi3;

import java.util.Locale;

/** Keys and values of a session that do not fit into the model's memory for them, though no other session has any. */
public final class KvMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final double MEGABYTE = 1e6;

    KvMemoryException(int tokens, long bytes, long limit) {
        super(String.format(
                Locale.ROOT,
                "keys and values of %d tokens take %.0f MB; there is room for %.0f MB (a smaller cache type, a larger"
                        + " limit or a larger heap, -Xmx, helps)",
                tokens,
                bytes / MEGABYTE,
                limit / MEGABYTE));
    }
}
