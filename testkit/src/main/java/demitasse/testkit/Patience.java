package demitasse.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long tests wait for what must come: so long that only what hangs is given up, on a machine that is slow, busy or
 * stopped for a while too. It costs nothing where all is well.
 */
public final class Patience {
    public static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long LOOK_NANOS = 1_000_000;

    private Patience() {}

    /** Waits for what happens by itself and is told to nobody. */
    public static void until(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new AssertionError("waited in vain for " + LIMIT);
            }
            LockSupport.parkNanos(LOOK_NANOS); // a busy loop may have the only processor
        }
    }

    public static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("waited in vain for " + LIMIT);
        }
    }

    /** What comes of it in the end; what it threw is thrown as an {@link java.util.concurrent.ExecutionException}. */
    public static <T> T get(Future<T> future) throws Exception {
        return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
