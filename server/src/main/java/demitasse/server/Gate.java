package demitasse.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Lets a few requests work at a time, in the order of arrival, and a bounded number wait. */
final class Gate {
    private final Semaphore places;
    private final int permits;
    private final int capacity;
    private final AtomicInteger inside = new AtomicInteger();

    Gate(int permits, int capacity) {
        this.permits = permits;
        this.capacity = capacity;
        this.places = new Semaphore(permits, true);
    }

    /** @throws QueueFullException if as many wait as may */
    <T> T pass(Supplier<T> work) {
        if (inside.incrementAndGet() > permits + capacity) {
            inside.decrementAndGet();
            throw new QueueFullException(capacity);
        }
        try {
            places.acquireUninterruptibly();
            try {
                return work.get();
            } finally {
                places.release();
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    int running() {
        return permits - places.availablePermits();
    }

    int waiting() {
        return Math.max(0, inside.get() - running());
    }
}
