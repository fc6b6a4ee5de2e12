package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.Session;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SyntheticModelTest {
    @TempDir
    private Path folder;

    @Test
    void phi3MiniHasItsTrueSize() {
        Map<GgmlType, Integer> types = new TreeMap<>();
        long[] elements = {0};
        SyntheticShape.named("phi-3-mini")
                .orElseThrow()
                .tensors(SyntheticMix.named("Q4_K_M").orElseThrow(), (name, type, shape) -> {
                    types.merge(type, 1, Integer::sum);
                    elements[0] += shape.length == 1 ? shape[0] : shape[0] * shape[1];
                });
        // Phi-3-mini: 3.82 billion weights, 195 tensors; 2.39 GB as Q4_K_M.
        assertEquals(3_821_079_552L, elements[0]);
        assertEquals(195, types.values().stream().mapToInt(Integer::intValue).sum());
        assertEquals(Map.of(GgmlType.F32, 65, GgmlType.Q4_K, 81, GgmlType.Q5_K, 32, GgmlType.Q6_K, 17), types);
        assertEquals(2.39e9, SyntheticModel.named("phi-3-mini:Q4_K_M").bytes(), 0.02e9);
    }

    @Test
    void isWrittenOnceAndTheSameEachTime() throws IOException {
        SyntheticModel nano = SyntheticModel.named("nano:Q4_K_M");
        long[] last = {0, 0};
        Path file = nano.in(folder.resolve("a"), (done, total) -> {
            last[0] = done;
            last[1] = total;
        });
        assertEquals(last[1], last[0]);
        assertEquals(nano.bytes(), last[1]);
        var written = Files.getLastModifiedTime(file);
        assertEquals(file, nano.in(folder.resolve("a"), (done, total) -> {
            throw new AssertionError("written again");
        }));
        assertEquals(written, Files.getLastModifiedTime(file));
        Path other = nano.in(folder.resolve("b"), (done, total) -> {});
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other));
    }

    @Test
    void brokenFilesAreReplaced() throws IOException {
        SyntheticModel nano = SyntheticModel.named("nano-llama:Q8_0");
        Path file = folder.resolve(nano.fileName());
        Files.writeString(file, "GGUF, but cut");
        nano.in(folder, (done, total) -> {});
        try (GgufFile gguf = GgufFile.open(file)) {
            assertEquals("llama", gguf.metadata().requireString("general.architecture"));
            assertTrue(gguf.tensor("blk.1.attn_v.weight").isPresent());
            assertTrue(gguf.tensor("output.weight").isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nano:Q4_K_M", "nano-llama:Q8_0", "nano-llama:IQ4_XS", "nano-qwen:Q3_K", "nano-qwen:F16"})
    void writtenFilesAreModelsWithSaneLogits(String name) throws IOException {
        Path file = folder.resolve("model.gguf");
        SyntheticModel.named(name).write(file, (done, total) -> {});
        try (LanguageModel model = LanguageModel.load(file);
                Session session = model.newSession(32)) {
            assertEquals(512, model.vocabularySize());
            int[] ids = model.tokenizer().encode("a word, ü", false, false);
            assertEquals("a word, ü", new String(model.tokenizer().decode(ids, false, false), StandardCharsets.UTF_8));
            float[] logits = session.evaluate(new int[] {1, 300, 400, 511});
            double squares = 0;
            for (float logit : logits) {
                assertTrue(Float.isFinite(logit), name);
                squares += logit * logit;
            }
            double spread = Math.sqrt(squares / logits.length);
            assertTrue(spread > 0.05 && spread < 5, name + ": " + spread);
        }
    }

    @Test
    void testsAtDepthAndSideBySideRun() throws IOException {
        Path file = folder.resolve("model.gguf");
        SyntheticModel.named("nano:Q4_K_M").write(file, (done, total) -> {});
        BenchModel described = BenchModel.of(file);
        assertTrue(described.type().startsWith("phi3 ") && described.type().endsWith("M Q4_K_M"), described.type());
        List<BenchTest> tests =
                List.of(new BenchTest(8, 0, 0, 3, 1), new BenchTest(0, 4, 16, 512, 1), new BenchTest(5, 2, 4, 512, 3));
        try (LanguageModel model = LanguageModel.load(file);
                ModelBench bench = new ModelBench(model, tests)) {
            for (BenchTest test : tests) {
                assertTrue(bench.run(test) > 0);
                assertTrue(bench.run(test) > 0);
            }
        }
    }

    @Test
    void filesWithoutTokenizerAreReplaced() throws IOException {
        SyntheticModel nano = SyntheticModel.named("nano:Q4_K_M");
        Path file = folder.resolve(nano.fileName());
        try (GgufFile whole = GgufFile.open(nano.in(folder.resolve("whole"), (done, total) -> {}))) {
            GgufWriter old = new GgufWriter().put("tokenizer.ggml.model", GgufValue.string("none"));
            var norm = whole.tensor("output_norm.weight").orElseThrow();
            old.tensor(
                    norm.name(),
                    norm.type(),
                    norm.shape(),
                    out -> out.write(norm.data().toArray(ValueLayout.JAVA_BYTE)));
            old.write(file);
        }
        nano.in(folder, (done, total) -> {});
        try (LanguageModel model = LanguageModel.load(file)) {
            assertEquals(512, model.tokenizer().vocabulary().size());
        }
    }

    @Test
    void unknownNamesSayWhatThereIs() {
        String shape = assertThrows(IllegalArgumentException.class, () -> SyntheticModel.named("gpt-5:Q4_K_M"))
                .getMessage();
        assertTrue(shape.contains("phi-3-mini"), shape);
        String type = assertThrows(IllegalArgumentException.class, () -> SyntheticModel.named("nano:Q9"))
                .getMessage();
        assertTrue(type.contains("Q4_K_M"), type);
    }
}
