package demitasse.rag;

/**
 * Asks for memory before it is used bit by bit. Where the heap is filled by small objects, whoever wants the next one gets
 * the {@link OutOfMemoryError}: another request, or the server's own thread that was to answer it. One large array is there
 * or it is not, and only who asked for it is told.
 */
final class HeapRoom {
    /** Half a megabyte's sum is not worth a look. */
    private static final long SMALL = 1 << 19;

    private HeapRoom() {}

    /** @throws OutOfMemoryError if the heap has no room for so many bytes at the moment */
    static void need(long bytes) {
        Runtime runtime = Runtime.getRuntime();
        if (bytes < SMALL || bytes <= runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory()) {
            return;
        }
        // What is not free may be garbage, which only the wish for memory makes the collector look for. The compiler
        // leaves out
        // arrays of which nobody wants to know anything.
        System.identityHashCode(new long[(int) Math.min(Integer.MAX_VALUE, bytes / Long.BYTES)]);
    }
}
