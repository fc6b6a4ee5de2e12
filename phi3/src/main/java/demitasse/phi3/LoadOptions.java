package demitasse.phi3;

import java.nio.file.Path;

/**
 * @param threads threads for the arithmetic
 * @param exact float arithmetic on the weights as they are in the file: slow, the reference
 * @param cacheType what keys and values are kept as
 * @param cacheBytes the most memory that keys and values of all sessions may take together; 0: what the heap has room
 *     for beside the weights
 * @param panels a folder for packed weights, which make later loads quick; null: they are packed anew each time, onto
 *     the heap
 */
public record LoadOptions(int threads, boolean exact, CacheType cacheType, long cacheBytes, Path panels) {
    public LoadOptions {
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cacheBytes: at least 0, not " + cacheBytes);
        }
    }

    /** A cache in half precision, or with {@code exact} in float. */
    public LoadOptions(int threads, boolean exact) {
        this(threads, exact, exact ? CacheType.F32 : CacheType.F16, 0, null);
    }

    public static LoadOptions defaults() {
        return new LoadOptions(Runtime.getRuntime().availableProcessors(), false);
    }

    public LoadOptions withCacheType(CacheType type) {
        return new LoadOptions(threads, exact, type, cacheBytes, panels);
    }

    /** @param bytes 0: what the heap has room for beside the weights */
    public LoadOptions withCacheBytes(long bytes) {
        return new LoadOptions(threads, exact, cacheType, bytes, panels);
    }

    /** @param folder made if it is not there; takes a little more than the model's size */
    public LoadOptions withPanels(Path folder) {
        return new LoadOptions(threads, exact, cacheType, cacheBytes, folder);
    }
}
