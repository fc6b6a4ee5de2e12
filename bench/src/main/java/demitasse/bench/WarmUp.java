package demitasse.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What was run before a test was timed. The rule: runs are repeated until two in succession agree within {@link
 * #AGREEMENT} and the JIT compilers had next to nothing to do in the last one; at most {@link #MOST_RUNS} times.
 *
 * @param runs shortened runs of the test
 * @param nanos that they took together
 * @param disagreement of the last two: difference over the longer one
 * @param jitShare time that the JIT compilers worked during the last run, over its length
 */
public record WarmUp(int runs, long nanos, double disagreement, double jitShare) {
    /** There was none. */
    public static final WarmUp NONE = new WarmUp(0, 0, 1, 1);

    static final double AGREEMENT = 0.05;
    static final double JIT_DONE = 0.05;
    static final int MOST_RUNS = 12;
    /** Below this a run is too short to be compared with another. */
    private static final long SHORT = 200_000_000;

    private static final double PERCENT = 100;
    private static final double SECOND = 1e9;
    private static final double MILLISECOND = 1e6;

    /** @param run does it once and returns the nanoseconds that count */
    static WarmUp until(LongSupplier run) {
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        long total = 0;
        long before = 0;
        for (int runs = 1; ; runs++) {
            long compiled = compileMillis(jit);
            long now = atLeastShort(run);
            double jitShare = (compileMillis(jit) - compiled) * MILLISECOND / now;
            total += now;
            double disagreement = before == 0 ? 1 : Math.abs(now - before) / (double) Math.max(now, before);
            if (runs == MOST_RUNS || disagreement <= AGREEMENT && jitShare <= JIT_DONE) {
                return new WarmUp(runs, total, disagreement, jitShare);
            }
            before = now;
        }
    }

    /** Repeats a very short run, and takes all repetitions for one. */
    private static long atLeastShort(LongSupplier run) {
        long sum = 0;
        int times = 0;
        while (sum < SHORT) {
            sum += run.getAsLong();
            times++;
        }
        return Math.max(1, sum / times);
    }

    private static long compileMillis(CompilationMXBean jit) {
        return jit == null || !jit.isCompilationTimeMonitoringSupported() ? 0 : jit.getTotalCompilationTime();
    }

    /** For people. */
    public String line() {
        if (runs == 0) {
            return "none";
        }
        return String.format(
                Locale.ROOT,
                "%d runs in %.1f s, the last two within %.1f %%, compilers busy for %.1f %% of the last",
                runs,
                nanos / SECOND,
                disagreement * PERCENT,
                jitShare * PERCENT);
    }
}
