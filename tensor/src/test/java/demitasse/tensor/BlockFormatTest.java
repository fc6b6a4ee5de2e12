package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoding against ggml's own values, to the bit. */
class BlockFormatTest {
    private static final int ROWS = 24;
    private static final int COLUMNS = 768;

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {
                "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "IQ4_XS"
            })
    void decodesBundledBlocksToTheBit(GgmlType type) throws IOException {
        byte[] blocks = resource(type + ".q");
        float[] expected = floats(resource(type + ".f32"));
        assertBits(expected, Blocks.dequantize(Tensors.of(type, blocks, expected.length)));
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {
                "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "IQ4_XS"
            })
    void decodesAllReferenceBlocksToTheBit(GgmlType type) throws IOException {
        Path folder = SharedData.require("golden/quant");
        float[] random = SharedData.floats(folder.resolve(type + ".rand.f32"));
        byte[] bytes = Files.readAllBytes(folder.resolve(type + ".rand.q"));
        assertBits(random, Blocks.dequantize(Tensors.of(type, bytes, random.length)));
        float[] rows = SharedData.floats(folder.resolve(type + ".f32"));
        bytes = Files.readAllBytes(folder.resolve(type + ".q"));
        assertBits(rows, Blocks.dequantize(Tensors.of(type, bytes, COLUMNS, ROWS)));
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {
                "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
                "IQ4_XS"
            })
    void exactDotProductsAreWithinTheReferenceTolerance(GgmlType type) throws IOException {
        Path folder = SharedData.require("golden/quant");
        byte[] bytes = Files.readAllBytes(folder.resolve(type + ".q"));
        GgufTensor tensor = Tensors.of(type, bytes, COLUMNS, ROWS);
        Activations x = new Activations(COLUMNS, 1);
        System.arraycopy(SharedData.floats(folder.resolve("y.f32")), 0, x.values(), 0, COLUMNS);
        x.ready(1);
        checkDots(folder, type, new ExactMatrix(tensor), x);
        if (FloatPanelMatrix.supports(type)) {
            checkDots(folder, type, new FloatPanelMatrix(tensor, new Threads(1)), x);
        }
    }

    private static void checkDots(Path folder, GgmlType type, Matrix matrix, Activations x) {
        float[] out = new float[ROWS];
        matrix.multiply(x, out, 0, ROWS, new Threads(1));
        for (JsonNode row : SharedData.json(folder.resolve(type + ".dot.json")).get("rows")) {
            double tolerance = 1e-5 * row.get("abs_sum").asDouble();
            assertEquals(
                    row.get("exact").asDouble(), out[row.get("row").asInt()], tolerance, () -> type + " row " + row);
        }
    }

    @Test
    void decodesF32() throws IOException {
        float[] values = {1, -0f, Float.MIN_VALUE, Float.MAX_VALUE};
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        assertBits(values, Blocks.dequantize(Tensors.of(GgmlType.F32, bytes.array(), 4)));
    }

    @Test
    void typeWithoutFormatIsRefusedByName() {
        GgufTensor tensor = Tensors.of(GgmlType.IQ1_S, new byte[50], 256);
        ModelLoadException e = assertThrows(ModelLoadException.class, () -> Blocks.dequantize(tensor));
        assertTrue(e.getMessage().contains("tensor test") && e.getMessage().contains("IQ1_S"), e.getMessage());
    }

    @Test
    void rowsThatAreNoWholeBlocksAreRefused() {
        GgufTensor tensor = Tensors.of(GgmlType.Q4_0, new byte[18 * 3], 48, 2);
        assertThrows(ModelLoadException.class, () -> Blocks.dequantize(tensor));
        assertThrows(ModelLoadException.class, () -> new ExactMatrix(tensor));
    }

    @Test
    void everyFormatHasABundledFixture() throws IOException {
        Set<GgmlType> types = new TreeSet<>(BlockFormat.ALL.keySet());
        types.remove(GgmlType.F32);
        for (GgmlType type : types) {
            assertTrue(resource(type + ".q").length > 0);
        }
    }

    private static void assertBits(float[] expected, float[] actual) {
        int[] a = new int[expected.length];
        int[] b = new int[actual.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = Float.floatToRawIntBits(expected[i]);
        }
        for (int i = 0; i < b.length; i++) {
            b[i] = Float.floatToRawIntBits(actual[i]);
        }
        assertArrayEquals(a, b);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BlockFormatTest.class.getResourceAsStream("blocks/" + name)) {
            assertTrue(in != null, name);
            return in.readAllBytes();
        }
    }

    private static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
