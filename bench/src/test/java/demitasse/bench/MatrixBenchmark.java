package demitasse.bench;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.tensor.Activations;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One matrix of Phi-3's size times one token (generation) or a batch (prompt): milliseconds a call. ROWS x COLUMNS x
 * tokens multiplications; divide for GMAC/s. Run after {@code mvn -pl bench -am test-compile}, from bench/:
 *
 * <pre>{@code
 * mvn -q dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java --add-modules jdk.incubator.vector -cp target/test-classes:target/classes:$(cat target/classpath) \
 *     org.openjdk.jmh.Main MatrixBenchmark -p type=Q4_K
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx1g"})
public class MatrixBenchmark {
    private static final int ROWS = 4096;
    private static final int COLUMNS = 3072;

    @Param({"Q4_K", "Q6_K", "Q8_0", "F16"})
    GgmlType type;

    @Param({"1", "32"})
    int tokens;

    @Param({"1", "2"})
    int threads;

    private Threads pool;
    private Matrix matrix;
    private Activations input;
    private float[] output;

    @Setup(Level.Trial)
    public void load() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new RandomBlocks(1).write(type, type.bytesFor((long) ROWS * COLUMNS), bytes);
        MemorySegment data = MemorySegment.ofArray(bytes.toByteArray()).asReadOnly();
        pool = new Threads(threads);
        matrix = Matrices.load(new GgufTensor("t", type, new long[] {COLUMNS, ROWS}, 0, data), false, pool);
        input = new Activations(COLUMNS, tokens);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < input.values().length; i++) {
            input.values()[i] = (float) random.nextGaussian();
        }
        output = new float[ROWS * tokens];
    }

    @Benchmark
    public float[] multiply() {
        input.ready(tokens); // as in a session: the input is new each time
        matrix.multiply(input, output, 0, ROWS, pool);
        return output;
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }
}
