package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.tensor.Blocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RandomBlocksTest {
    private static final int ELEMENTS = 1 << 18;

    @ParameterizedTest
    @MethodSource("demitasse.bench.RandomBlocks#types")
    void weightsHaveASensibleSpread(GgmlType type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new RandomBlocks(1).write(type, type.bytesFor(ELEMENTS), bytes);
        // Read-only and not on the heap alone: a mapped file is what the engine sees.
        MemorySegment data = MemorySegment.ofArray(bytes.toByteArray()).asReadOnly();
        float[] weights = Blocks.dequantize(new GgufTensor("t", type, new long[] {ELEMENTS}, 0, data));
        double sum = 0;
        double squares = 0;
        for (float w : weights) {
            assertTrue(Math.abs(w) < 0.2, type + ": " + w);
            sum += w;
            squares += (double) w * w;
        }
        assertEquals(RandomBlocks.DEVIATION, Math.sqrt(squares / ELEMENTS), 0.15 * RandomBlocks.DEVIATION);
        assertEquals(0, sum / ELEMENTS, 0.12 * RandomBlocks.DEVIATION);
    }
}
