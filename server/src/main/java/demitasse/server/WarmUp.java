package demitasse.server;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The first use of anything after the start of the JVM is many times slower than the next ones, so all that answers is used
 * once before customers do. Who asks for readiness waits for the better part of it; who does not is answered meanwhile.
 */
final class WarmUp {
    /** How long customers are kept waiting for faster answers. */
    static final Duration BEFORE_READY = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
    private static final int TEXTS = 20;

    private final Parts parts;
    private final BooleanSupplier stopping;
    private final LongSupplier nanoTime;

    WarmUp(Parts parts, BooleanSupplier stopping, LongSupplier nanoTime) {
        this.parts = parts;
        this.stopping = stopping;
        this.nanoTime = nanoTime;
    }

    /** @param ready to be told when requests may come, whatever has gone wrong */
    void run(Runnable ready) {
        BooleanSupplier rehearsal =
                parts.desk() == null ? () -> false : parts.desk().rehearsal();
        try {
            long start = nanoTime.getAsLong();
            for (int i = 0; i < TEXTS && parts.vectors() != null && goesOn(); i++) {
                parts.vectors().embed(List.of("How long does it take until my parcel arrives?"));
            }
            while (nanoTime.getAsLong() - start < BEFORE_READY.toNanos() && goesOn() && rehearsal.getAsBoolean()) {}
            if (parts.chat() != null && goesOn()) {
                parts.chat().model().warmUp();
            }
        } catch (RuntimeException | Error e) {
            // Stopped meanwhile; or the first request will say better what is wrong.
            LOG.log(System.Logger.Level.DEBUG, "warming up ended with {0}", e.getClass());
        } finally {
            ready.run();
        }
        while (goesOn() && rehearsal.getAsBoolean()) {}
    }

    private boolean goesOn() {
        return !stopping.getAsBoolean();
    }
}
