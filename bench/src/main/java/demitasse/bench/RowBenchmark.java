package demitasse.bench;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.tensor.Activations;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.Ops;
import demitasse.tensor.Rope;
import demitasse.tensor.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is done to one row of Phi-3's width that is in the near cache, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RowBenchmark {
    static final int WIDTH = 3072;
    static final int QUANTIZED_TOKENS = 32;
    private static final int HEAD_SIZE = 96;
    private static final int PANEL_ROWS = 16;
    private static final int POSITION = 1000;
    private static final float EPSILON = 1e-5f;
    private static final float FREQUENCY_BASE = 10000;

    private final float[] row = new float[WIDTH];
    private final float[] other = new float[WIDTH];
    private final float[] output = new float[WIDTH];
    private final float[] product = new float[PANEL_ROWS * QUANTIZED_TOKENS];
    private final Rope rope = new Rope(HEAD_SIZE, true, FREQUENCY_BASE, null, Rope.Scaling.NONE);
    private final Activations input = new Activations(WIDTH, QUANTIZED_TOKENS);
    private Threads pool;
    private Matrix panel;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < WIDTH; i++) {
            row[i] = (float) random.nextGaussian();
            other[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < input.values().length; i++) {
            input.values()[i] = (float) random.nextGaussian();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new RandomBlocks(5).write(GgmlType.Q4_K, GgmlType.Q4_K.bytesFor((long) PANEL_ROWS * WIDTH), bytes);
        MemorySegment data = MemorySegment.ofArray(bytes.toByteArray()).asReadOnly();
        pool = new Threads(1);
        panel = Matrices.load(new GgufTensor("t", GgmlType.Q4_K, new long[] {WIDTH, PANEL_ROWS}, 0, data), false, pool);
        input.ready(QUANTIZED_TOKENS);
    }

    @Benchmark
    public float[] rmsNorm() {
        Ops.rmsNorm(row, 0, other, EPSILON, output, 0, WIDTH);
        return output;
    }

    @Benchmark
    public float[] softmax() {
        Ops.softmax(row, 0, WIDTH); // of a softmax the second time: as much work
        return row;
    }

    @Benchmark
    public float[] swiglu() {
        Ops.swiglu(row, 0, other, 0, output, 0, WIDTH);
        return output;
    }

    @Benchmark
    public float[] rope() {
        rope.apply(row, 0, WIDTH / HEAD_SIZE, HEAD_SIZE, POSITION);
        return row;
    }

    /** One panel only, on activations that are quantised already. */
    @Benchmark
    public float[] panel() {
        panel.multiply(input, product, 0, PANEL_ROWS, pool);
        return product;
    }

    /** The same after quantising them: the difference is what quantising costs. */
    @Benchmark
    public float[] quantizeAndPanel() {
        input.ready(QUANTIZED_TOKENS);
        panel.multiply(input, product, 0, PANEL_ROWS, pool);
        return product;
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }
}
