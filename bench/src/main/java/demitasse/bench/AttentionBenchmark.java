package demitasse.bench;

import demitasse.tensor.Attention;
import demitasse.tensor.KvCache;
import demitasse.tensor.KvShape;
import demitasse.tensor.KvType;
import demitasse.tensor.Threads;
import java.util.SplittableRandom;
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

/** Attention of Phi-3's shape at a depth, going through layers as a model does, so that their caches are not near. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AttentionBenchmark {
    static final int HEADS = 32;
    static final int HEAD_SIZE = 96;
    private static final int WIDTH = HEADS * HEAD_SIZE;
    private static final long FAR_BYTES = 192L << 20;

    @Param("1024")
    int depth;

    @Param("1")
    int tokens;

    @Param("1")
    int threads;

    private Threads pool;
    private Attention attention;
    private KvCache cache;
    private int next;
    private float[] queries;
    private float[] output;

    /** Keys and values that {@code depth} positions have, in bytes. */
    static long bytes(int depth) {
        return 2L * depth * WIDTH * Short.BYTES;
    }

    /** Multiplications for {@code tokens} that end at {@code depth}: scores, and sums of values. */
    static long multiplications(int depth, int tokens) {
        long seen = 0;
        for (int t = 0; t < tokens; t++) {
            seen += depth - t;
        }
        return 2 * seen * WIDTH;
    }

    @Setup(Level.Trial)
    public void fill() {
        pool = new Threads(threads);
        SplittableRandom random = new SplittableRandom(3);
        queries = gaussian(random, tokens * WIDTH);
        output = new float[tokens * WIDTH];
        int layers = Math.toIntExact(Math.ceilDiv(FAR_BYTES, bytes(depth)));
        cache = new KvCache(new KvShape(layers, HEADS, HEAD_SIZE, KvType.F16), depth);
        while (cache.missingPages(0, depth) > 0) {
            cache.makePage(0, depth);
        }
        float[] row = gaussian(random, WIDTH);
        for (int layer = 0; layer < layers; layer++) {
            for (int p = 0; p < depth; p++) {
                row[p % WIDTH] = (float) random.nextGaussian();
                cache.store(layer, p, row, 0, row, 0);
            }
        }
        attention = new Attention(HEADS, HEADS, HEAD_SIZE, (float) (1 / Math.sqrt(HEAD_SIZE)));
        attention.add(cache, 0, depth, true, 0, 0, tokens);
    }

    private static float[] gaussian(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Benchmark
    public float[] attend() {
        attention.run(next++ % cache.shape().layers(), queries, WIDTH, output, WIDTH, pool);
        return output;
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }
}
