package demitasse.server;

/** More work is waiting than the queue may hold; the same request may succeed a little later. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int capacity) {
        super("the queue is full: " + capacity + " requests are waiting");
    }
}
