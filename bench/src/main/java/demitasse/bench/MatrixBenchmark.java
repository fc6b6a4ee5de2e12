package demitasse.bench;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.tensor.Activations;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

/** A matrix with rows of Phi-3's length times one token (generation) or a batch (prompt). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatrixBenchmark {
    static final int COLUMNS = 3072;
    static final int BATCH = 128;
    /** More than any cache holds, so that one token's matrix comes from memory as a model's do. */
    private static final long FAR_BYTES = 192L << 20;

    private static final int BATCH_ROWS = 4096;
    /** Rows come in sixteens. */
    private static final int PANEL = 16;

    @Param("Q4_K")
    GgmlType type;

    @Param("1")
    int tokens;

    @Param("1")
    int threads;

    private Threads pool;
    private Arena arena;
    private Matrix matrix;
    private Activations input;
    private float[] output;

    static int rows(GgmlType type, int tokens) {
        return tokens > 1 ? BATCH_ROWS : Math.toIntExact(FAR_BYTES / type.bytesFor(COLUMNS)) / PANEL * PANEL;
    }

    @Setup(Level.Trial)
    public void load() throws IOException {
        int rows = rows(type, tokens);
        pool = new Threads(threads);
        arena = Arena.ofShared(); // some types stay where they are, as in a mapped file
        MemorySegment data = randomBlocks((long) rows * COLUMNS);
        matrix =
                Matrices.load(new GgufTensor("t", type, new long[] {COLUMNS, rows}, 0, data.asReadOnly()), false, pool);
        input = new Activations(COLUMNS, tokens);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < input.values().length; i++) {
            input.values()[i] = (float) random.nextGaussian();
        }
        output = new float[rows * tokens];
    }

    private MemorySegment randomBlocks(long elements) throws IOException {
        MemorySegment data = arena.allocate(type.bytesFor(elements), Long.BYTES);
        ByteBuffer buffer = data.asByteBuffer();
        new RandomBlocks(1).write(type, data.byteSize(), new OutputStream() {
            @Override
            public void write(int b) {
                buffer.put((byte) b);
            }

            @Override
            public void write(byte[] b, int from, int count) {
                buffer.put(b, from, count);
            }
        });
        return data;
    }

    @Benchmark
    public float[] multiply() {
        input.ready(tokens); // as in a session: the input is new each time
        matrix.multiply(input, output, 0, matrix.rows(), pool);
        return output;
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
        arena.close();
    }
}
