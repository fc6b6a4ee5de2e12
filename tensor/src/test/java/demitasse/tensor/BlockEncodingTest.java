package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoding against ggml_quantize_chunk, to the bit. */
class BlockEncodingTest {
    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {
                "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "IQ4_XS"
            })
    void encodesTheBundledRowsToTheBit(GgmlType type) throws IOException {
        float[] x = floats(resource("quantised/x.f32"));
        assertBlocks(type, resource("quantised/" + type + ".q"), encode(type, x));
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {
                "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "IQ4_XS"
            })
    void encodesAllReferenceRowsToTheBit(GgmlType type) throws IOException {
        Path folder = SharedData.require("golden/quant");
        float[] x = SharedData.floats(folder.resolve("x.f32"));
        assertBlocks(type, Files.readAllBytes(folder.resolve(type + ".q")), encode(type, x));
    }

    /** Rows of several blocks, for some types look at a whole row. */
    @Test
    void encodesWithAnImportanceToTheBit() throws IOException, NoSuchAlgorithmException {
        float[] x = floats(resource("quantised/x.f32"));
        float[] values = floats(resource("weighted/importance.f32"));
        List<String> lines = new String(resource("weighted/sha256.txt"), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        assertEquals(14, lines.size());
        for (String line : lines) {
            GgmlType type = GgmlType.valueOf(line.substring(0, line.indexOf(' ')));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(encode(type, x, values));
            assertEquals(line, type + " " + HexFormat.of().formatHex(hash));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"F32", "F16", "BF16", "Q4_0", "Q5_0", "Q8_0"})
    void valuesOfATypeAreEncodedAsTheyWere(GgmlType type) {
        float[] x = Tensors.gaussian(512, new Random(1));
        byte[] once = encode(type, x);
        float[] values = new float[x.length];
        BlockFormat.ALL.get(type).decode(once, 0, values, 0, x.length / type.blockSize());
        assertArrayEquals(once, encode(type, values));
    }

    @Test
    void everyByteOfABlockIsWritten() {
        float[] x = Tensors.gaussian(256, new Random(2));
        BlockFormat.ALL.forEach((type, format) -> {
            byte[] ones = new byte[(int) type.bytesFor(x.length)];
            Arrays.fill(ones, (byte) -1);
            format.encode(x, 0, ones, 0, x.length / type.blockSize());
            assertArrayEquals(encode(type, x), ones, type.name());
        });
    }

    @Test
    void roundsLikeC() {
        assertEquals(2, Rounding.nearest(2.5f));
        assertEquals(-4, Rounding.nearest(-3.5f));
        assertEquals(3, Rounding.awayFromZero(2.5f));
        assertEquals(-3, Rounding.awayFromZero(-2.5f));
        assertEquals(0, Rounding.awayFromZero(0.49999997f));
        assertEquals(15, Rounding.toByte(15.9f));
        assertEquals(0, Rounding.toByte(Float.POSITIVE_INFINITY));
        assertEquals(0, Rounding.toByte(Float.NaN));
    }

    private static byte[] encode(GgmlType type, float[] x) {
        byte[] out = new byte[(int) type.bytesFor(x.length)];
        BlockFormat.ALL.get(type).encode(x, 0, out, 0, x.length / type.blockSize());
        return out;
    }

    private static byte[] encode(GgmlType type, float[] x, float[] importance) {
        byte[] out = new byte[(int) type.bytesFor(x.length)];
        int columns = importance.length;
        for (int i = 0; i < x.length; i += columns) {
            BlockFormat.ALL
                    .get(type)
                    .encode(
                            x,
                            i,
                            out,
                            (int) type.bytesFor(i),
                            columns / type.blockSize(),
                            new Importance(importance, 0));
        }
        return out;
    }

    private static float[] floats(byte[] bytes) {
        float[] x = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(x);
        return x;
    }

    private static void assertBlocks(GgmlType type, byte[] expected, byte[] actual) {
        assertEquals(expected.length, actual.length);
        int at = Arrays.mismatch(expected, actual);
        assertTrue(at < 0, () -> type + ": block " + at / type.blockBytes() + ", byte " + at % type.blockBytes());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BlockEncodingTest.class.getResourceAsStream(name)) {
            assertTrue(in != null, name);
            return in.readAllBytes();
        }
    }
}
