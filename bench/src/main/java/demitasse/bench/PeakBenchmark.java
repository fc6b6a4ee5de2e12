package demitasse.bench;

import demitasse.tensor.Threads;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the machine can do at most, in plain loops that the JIT compiler vectorises: STREAM's triad and a sum for
 * memory, a triad in the near cache, fused multiply-adds for arithmetic. The kernels are measured against these.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeakBenchmark {
    /** Floats in one array of the triad in memory: more than any cache holds. */
    static final int FAR = 48 << 20;
    /** Three arrays of so many floats fill half of a cache of 32 KB. */
    static final int NEAR = 1024;

    static final int FMA_CHAIN = 8;
    static final int FMA_ROUNDS = 4096;
    static final int FMA_PIECES = 16;
    private static final int PIECES = 64;
    private static final float FACTOR = 0.999f;
    private static final float SUMMAND = 0.001f;

    @Param("1")
    int threads;

    private final float[] nearA = new float[NEAR];
    private final float[] nearB = new float[NEAR];
    private final float[] nearC = new float[NEAR];
    private final float[][] fma = new float[FMA_PIECES][NEAR];
    private final int[] sums = new int[PIECES * PIECES];
    private float[] a;
    private float[] b;
    private float[] c;
    private int[] integers;
    private Threads pool;

    /** Only what the benchmark needs: arrays of a gigabyte take a while. */
    @Setup(Level.Trial)
    public void fill() {
        pool = new Threads(threads);
        Arrays.fill(nearB, 1);
        Arrays.fill(nearC, 2);
    }

    private void needTriad() {
        if (a == null) {
            a = new float[FAR];
            b = new float[FAR];
            c = new float[FAR];
            Arrays.fill(b, 1);
            Arrays.fill(c, 2);
        }
    }

    private void needSum() {
        if (integers == null) {
            integers = new int[FAR];
            Arrays.fill(integers, 3);
        }
    }

    @Benchmark
    public float[] memoryTriad() {
        needTriad();
        int length = FAR / PIECES;
        pool.run(PIECES, (int piece) -> triad(a, b, c, FACTOR, piece * length, length));
        return a;
    }

    @Benchmark
    public int[] memorySum() {
        needSum();
        int length = FAR / PIECES;
        // Results are kept apart, each in a cache line of its own.
        pool.run(PIECES, (int piece) -> sums[piece * PIECES] = sum(integers, piece * length, length));
        return sums;
    }

    @Benchmark
    public float[] cacheTriad() {
        triad(nearA, nearB, nearC, FACTOR, 0, NEAR);
        return nearA;
    }

    @Benchmark
    public float[][] multiplyAdd() {
        pool.run(FMA_PIECES, (int piece) -> {
            for (int round = 0; round < FMA_ROUNDS / FMA_PIECES; round++) {
                chain(fma[piece], FACTOR, SUMMAND);
            }
        });
        return fma;
    }

    private static void triad(float[] a, float[] b, float[] c, float factor, int from, int length) {
        for (int i = from; i < from + length; i++) {
            a[i] = b[i] + factor * c[i];
        }
    }

    private static int sum(int[] values, int from, int length) {
        int sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** {@link #FMA_CHAIN} dependent ones for each float; the processor overlaps the chains of many. */
    private static void chain(float[] values, float factor, float summand) {
        for (int i = 0; i < values.length; i++) {
            float v = values[i];
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            values[i] = v;
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }
}
