package demitasse.server;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets a few requests work at a time, in the order of arrival, and a bounded number wait. Requests of one conversation
 * take turns before they take a place: one that is asked much must not hold the places of all others.
 */
final class Gate {
    /** So many requests of one conversation may be inside. */
    static final int PER_CONVERSATION = 4;

    /** The turns of one conversation, while it has requests inside. */
    private static final class Turns {
        private final ReentrantLock lock = new ReentrantLock(true);
        private int inside;
    }

    private final Semaphore places;
    private final int permits;
    private final int capacity;
    private final Map<String, Turns> conversations = new HashMap<>();
    private int inside;

    Gate(int permits, int capacity) {
        this.permits = permits;
        this.capacity = capacity;
        this.places = new Semaphore(permits, true);
    }

    /** @throws QueueFullException if as many wait as may, of all conversations or of this one */
    <T> T pass(String conversation, Supplier<T> work) {
        Turns turns = enter(conversation);
        try {
            turns.lock.lock();
            try {
                return inPlace(work);
            } finally {
                turns.lock.unlock();
            }
        } finally {
            leave(conversation, turns);
        }
    }

    private synchronized Turns enter(String conversation) {
        if (inside == permits + capacity) {
            throw new QueueFullException(capacity);
        }
        Turns turns = conversations.computeIfAbsent(conversation, key -> new Turns());
        if (turns.inside == PER_CONVERSATION) {
            throw new QueueFullException(PER_CONVERSATION - 1);
        }
        turns.inside++;
        inside++;
        return turns;
    }

    private synchronized void leave(String conversation, Turns turns) {
        inside--;
        turns.inside--;
        if (turns.inside == 0) {
            conversations.remove(conversation);
        }
    }

    private <T> T inPlace(Supplier<T> work) {
        places.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    int running() {
        return permits - places.availablePermits();
    }

    synchronized int waiting() {
        return Math.max(0, inside - running());
    }
}
