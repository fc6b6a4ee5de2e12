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
    /** How long readiness waits for faster answers; half of it goes by while the server begins to listen. */
    static final Duration BEFORE_READY = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
    /** Texts of as many lengths: what is compiled for one is compiled anew when it meets the remainders of another. */
    private static final List<String> WORDS =
            List.of("How long does it take until my parcel arrives and what if it does not come at all".split(" "));

    private final Parts parts;
    private final BooleanSupplier stopping;
    private final BooleanSupplier customers;
    private final LongSupplier nanoTime;

    /** @param customers whether there have been any: they warm the server up themselves, and want the processor */
    WarmUp(Parts parts, BooleanSupplier stopping, BooleanSupplier customers, LongSupplier nanoTime) {
        this.parts = parts;
        this.stopping = stopping;
        this.customers = customers;
        this.nanoTime = nanoTime;
    }

    /** @param ready to be told when requests may come, whatever has gone wrong */
    void run(Runnable ready) {
        BooleanSupplier rehearsal =
                parts.desk() == null ? () -> false : parts.desk().rehearsal();
        try {
            long start = nanoTime.getAsLong();
            for (int words = 1; words <= WORDS.size() && parts.vectors() != null && goesOn(); words++) {
                parts.vectors().embed(List.of(String.join(" ", WORDS.subList(0, words))));
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
        while (goesOn() && !customers.getAsBoolean() && rehearsal.getAsBoolean()) {}
    }

    private boolean goesOn() {
        return !stopping.getAsBoolean();
    }
}
