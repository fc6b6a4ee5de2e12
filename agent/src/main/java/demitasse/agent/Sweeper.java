package demitasse.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does a task now and again, on a thread of its own, until it is closed. */
record Sweeper(Thread thread, CountDownLatch closed) implements AutoCloseable {
    /** How the time between two rounds passes. */
    interface Pause {
        /** @return false to end */
        boolean pass() throws InterruptedException;
    }

    private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

    static Sweeper every(Duration period, Runnable task) {
        CountDownLatch closed = new CountDownLatch(1);
        Pause pause = () -> !closed.await(period.toMillis(), TimeUnit.MILLISECONDS);
        Thread thread = Thread.ofPlatform().daemon().name("demitasse-retention").start(() -> rounds(task, pause));
        return new Sweeper(thread, closed);
    }

    static void rounds(Runnable task, Pause pause) {
        try {
            while (pause.pass()) {
                round(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What fails today, as on a full disk, may work in the next round. */
    private static void round(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // memory that has run out may be there again
            LOG.log(
                    System.Logger.Level.WARNING,
                    "removing what is too old failed: {0}",
                    e.getClass().getName());
        }
    }

    /** Waits for a round that is under way. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
