package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgufFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergenceTest {
    private static final int CONTEXT = 64;
    private static final int CHUNKS = 4;
    private static final int HEADER = 20 + Integer.BYTES * CONTEXT * CHUNKS;
    private static final int CHUNKS_AT = 16;

    @TempDir
    private Path folder;

    /** Its figures have six digits after the point. */
    @Test
    void statisticsAreLlamaPerplexitys() throws IOException {
        List<DivergenceResult> seen = new ArrayList<>();
        DivergenceResult result;
        try (LanguageModel model = exact();
                SavedLogits base = SavedLogits.open(file("base.logits"))) {
            assertEquals(CONTEXT, base.context());
            assertEquals(CHUNKS, base.chunks());
            result = Divergence.of(model, base, CHUNKS, seen::add);
        }
        assertEquals(
                List.of(1, 2, 3, 4), seen.stream().map(DivergenceResult::chunks).toList());
        assertEquals(CHUNKS * 31, result.scored());
        assertEstimate("Mean PPL\\(Q\\) ", result.perplexity(), 1);
        assertEstimate("Mean PPL\\(base\\) ", result.basePerplexity(), 1);
        assertEstimate("Mean ln\\(PPL", result.logRatio(), 1);
        assertEstimate("Mean PPL\\(Q\\)/", result.ratio(), 1);
        assertEstimate("Mean PPL\\(Q\\)-", result.difference(), 1);
        assertEstimate("Mean    KLD", result.divergence(), 1);
        assertEstimate("Mean    \u0394p", result.probabilityChange(), 100);
        assertEstimate("RMS \u0394p", result.probabilityRms(), 100);
        assertEstimate("Same top p", result.sameTop(), 100);
        assertEquals(golden("Cor")[0], 100 * result.correlation(), 0.01);
        assertPercentiles(
                "KLD", result.divergences(), 1, "99.9", "99.0", "95.0", "90.0", "10.0", " 5.0", " 1.0", " 0.1");
        assertPercentiles("\u0394p", result.probabilityChanges(), 100, "99.9", "75.0", "25.0", " 0.1");
        assertEquals(golden("Median  KLD")[0], DivergenceResult.percentile(result.divergences(), 0.5), 3e-6);
    }

    private static void assertPercentiles(String name, float[] values, double scale, String... percents)
            throws IOException {
        for (String percent : percents) {
            double fraction = Double.parseDouble(percent.strip()) / 100;
            double expected = golden(percent + "%   " + name)[0];
            assertEquals(
                    expected, scale * DivergenceResult.percentile(values, fraction), scale == 1 ? 3e-6 : 1e-3, percent);
        }
    }

    private static void assertEstimate(String label, DivergenceResult.Estimate actual, double scale)
            throws IOException {
        double[] expected = golden(label);
        double tolerance = scale == 1 ? 2e-5 : 1e-3;
        assertEquals(expected[0], scale * actual.value(), tolerance, label);
        assertEquals(expected[1], scale * actual.deviation(), tolerance, label);
    }

    /** The one or two numbers after a label. */
    private static double[] golden(String label) throws IOException {
        String text = Files.readString(NanoModels.folder().resolve("base.kl-divergence.txt"));
        Matcher line = Pattern.compile("(?m)^" + label + "[^:\n]*: *(-?[\\d.]+)%?(?: \u00b1 +([\\d.]+))?")
                .matcher(text);
        assertTrue(line.find(), label);
        return new double[] {
            Double.parseDouble(line.group(1)), line.group(2) == null ? 0 : Double.parseDouble(line.group(2))
        };
    }

    @Test
    void whatIsSavedHasLlamasFormAndIsFoundAgain() throws IOException {
        Path file = folder.resolve("saved");
        try (LanguageModel model = exact()) {
            int[] ids = Perplexity.encode(
                    model, Files.readString(NanoModels.folder().resolve("base.txt")));
            Perplexity.Result saved;
            try (OutputStream out = Files.newOutputStream(file)) {
                saved = Perplexity.save(model, ids, CONTEXT, CHUNKS, out, soFar -> {});
            }
            byte[] expected = Files.readAllBytes(file("base.logits"));
            byte[] actual = Files.readAllBytes(file);
            assertEquals(expected.length, actual.length);
            assertArrayEquals(Arrays.copyOf(expected, HEADER), Arrays.copyOf(actual, HEADER));
            try (SavedLogits base = SavedLogits.open(file)) {
                DivergenceResult same = Divergence.of(model, base, CHUNKS, soFar -> {});
                assertEquals(saved.value(), same.perplexity().value(), 1e-4);
                assertEquals(saved.value(), same.basePerplexity().value(), 1e-2);
                assertEquals(0, same.divergence().value(), 1e-5);
                assertEquals(1, same.sameTop().value());
            }
        }
    }

    @Test
    void sixteenBitsAreEnough() {
        float[] logits = {7, 3, 2, -1, -40, 6.5f, 0};
        LogProbabilities row = new LogProbabilities(5);
        row.compress(logits, 1);
        double sum = Math.exp(3) + Math.exp(2) + Math.exp(-1) + Math.exp(6.5);
        for (int i : new int[] {0, 1, 2, 4}) {
            assertEquals(logits[1 + i] - Math.log(sum), row.of(i), 16 / 65535f);
        }
        assertEquals(-16, row.of(3) - row.of(4), 1e-3);
        row.compress(new float[] {1, 1, 1, 1, 1}, 0);
        assertEquals(-Math.log(5), row.of(3), 1e-6);
    }

    @Test
    void brokenFilesAreRefused() throws IOException {
        byte[] good = Files.readAllBytes(file("base.logits"));
        refused("something else", new byte[3]);
        refused("something else", Arrays.copyOfRange(good, 1, good.length));
        refused("bytes in all", Arrays.copyOf(good, good.length - 1));
        for (int value : new int[] {0, -1, 5, Integer.MAX_VALUE}) {
            for (int at = 8; at <= CHUNKS_AT; at += Integer.BYTES) {
                if (value != 5 || at == CHUNKS_AT) {
                    refused("expected", changed(good, at, value));
                }
            }
        }
        refused("token ids", changed(good, HEADER - 4, 24));
        refused("token ids", changed(good, HEADER - 4, -1));
        try (LanguageModel model = NanoModels.qwen2(true);
                SavedLogits base = SavedLogits.open(file("base.logits"))) {
            ModelLoadException e =
                    assertThrows(ModelLoadException.class, () -> Divergence.of(model, base, 1, soFar -> {}));
            assertTrue(e.getMessage().contains("24 tokens"), e.getMessage());
        }
    }

    private void refused(String part, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("broken"), bytes);
        GgufFormatException e = assertThrows(GgufFormatException.class, () -> SavedLogits.open(file));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return copy;
    }

    private static Path file(String name) {
        return NanoModels.folder().resolve(name);
    }

    private static LanguageModel exact() throws IOException {
        return LanguageModel.load(NanoModels.folder().resolve("llama-spm.gguf"), new LoadOptions(1, true));
    }
}
