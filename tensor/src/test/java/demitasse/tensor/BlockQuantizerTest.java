package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockQuantizerTest {
    @Test
    void severalThreadsAndRoundsGiveTheBytesOfOneCall() throws IOException {
        int rows = 8300; // more than one round, and a last piece that is no whole one
        int columns = 512;
        GgufTensor source = Tensors.random(GgmlType.F16, rows, columns, new Random(3));
        byte[] expected = new byte[(int) GgmlType.Q4_0.bytesFor((long) rows * columns)];
        BlockFormat.ALL.get(GgmlType.Q4_0).encode(Blocks.dequantize(source), 0, expected, 0, rows * columns / 32);
        long[] written = {0};
        assertArrayEquals(expected, quantize(source, GgmlType.Q4_0, written));
        assertEquals(expected.length, written[0]);
    }

    @Test
    void sameTypeIsCopied() throws IOException {
        GgufTensor source = Tensors.random(GgmlType.Q8_0, 3, 96, new Random(4));
        byte[] bytes = source.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        assertArrayEquals(bytes, quantize(source, GgmlType.Q8_0, new long[1]));
    }

    @Test
    void weightsThatCannotBeHeldAreRefused() {
        assertRefused(Float.NaN, GgmlType.Q8_0, "element 40");
        assertRefused(Float.NEGATIVE_INFINITY, GgmlType.F32, "element 40");
        assertRefused(1e5f, GgmlType.F16, "F16");
        assertRefused(1e8f, GgmlType.Q4_0, "test");
    }

    @Test
    void rowsThatAreNoWholeBlocksAreRefused() {
        GgufTensor source = Tensors.of(GgmlType.F32, new byte[4 * 96], 48, 2);
        assertThrows(ModelLoadException.class, () -> quantize(source, GgmlType.Q8_0, new long[1]));
    }

    private static void assertRefused(float value, GgmlType target, String part) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * 64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(4 * 40, value);
        GgufTensor source = Tensors.of(GgmlType.F32, bytes.array(), 64);
        ModelLoadException e = assertThrows(ModelLoadException.class, () -> quantize(source, target, new long[1]));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static byte[] quantize(GgufTensor source, GgmlType target, long[] written) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Threads threads = new Threads(2)) {
            new BlockQuantizer(threads).write(source, target, BlockQuantizer.NO_IMPORTANCE, out, n -> written[0] += n);
        }
        return out.toByteArray();
    }
}
