package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedWeightsTest {
    private static final int[] IDS = {1, 5, 2, 9, 7, 3, 8, 4, 6};

    @TempDir
    private Path folder;

    @Test
    void sameLogitsWithAndWithout() throws IOException {
        Path model = NanoModels.folder().resolve("qwen2.Q4_K_M.gguf");
        LoadOptions options = new LoadOptions(NanoModels.THREADS, false);
        float[] expected = logits(model, options);
        for (int time = 0; time < 2; time++) {
            assertArrayEquals(expected, logits(model, options.withPanels(folder.resolve("panels"))));
        }
        assertEquals(1, panels().size());
    }

    @Test
    void aModelThatTookAnothersPlaceIsNotMistakenForIt() throws IOException {
        Path model = folder.resolve("model.gguf");
        LoadOptions options = new LoadOptions(NanoModels.THREADS, false).withPanels(folder.resolve("panels"));
        for (String name : List.of("qwen2.Q4_K_M.gguf", "llama-spm.gguf", "qwen2.Q4_K_M.gguf")) {
            Path source = NanoModels.folder().resolve(name);
            Files.copy(source, model, StandardCopyOption.REPLACE_EXISTING);
            assertArrayEquals(logits(source, new LoadOptions(NanoModels.THREADS, false)), logits(model, options));
        }
        assertEquals(1, panels().size());
    }

    @Test
    void aFolderThatCannotBeOneDoesNoHarm() throws IOException {
        Path model = NanoModels.folder().resolve("qwen2.Q4_K_M.gguf");
        Path inTheWay = Files.write(folder.resolve("file"), new byte[1]);
        LoadOptions options = new LoadOptions(NanoModels.THREADS, false);
        assertArrayEquals(logits(model, options), logits(model, options.withPanels(inTheWay)));
    }

    @Test
    void noThreadsAreRefused() {
        Path model = NanoModels.folder().resolve("qwen2.Q4_K_M.gguf");
        assertThrows(IllegalArgumentException.class, () -> LanguageModel.load(model, new LoadOptions(0, false)));
    }

    private List<Path> panels() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("panels"))) {
            return files.toList();
        }
    }

    private static float[] logits(Path file, LoadOptions options) throws IOException {
        try (LanguageModel model = LanguageModel.load(file, options);
                Session session = model.newSession(IDS.length)) {
            return session.evaluate(IDS);
        }
    }
}
