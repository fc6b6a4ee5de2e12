package demitasse.phi3;

import com.code_intelligence.jazzer.junit.FuzzTest;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a model file: it loads, or it is refused by a format or model error. */
final class GgufFuzz {
    private static final int EXECUTIONS = 500;
    private static Path file;

    static Stream<Arguments> seeds() throws IOException {
        byte[] model = Files.readAllBytes(NanoModels.folder().resolve("llama-spm.gguf"));
        return Stream.of(Arguments.of((Object) model));
    }

    @MethodSource("seeds")
    @FuzzTest(maxExecutions = EXECUTIONS)
    void bounded(byte[] data) {
        tryOut(data);
    }

    @MethodSource("seeds")
    @Tag(Fuzz.LONG)
    @FuzzTest(maxDuration = Fuzz.LONG_DURATION)
    void longer(byte[] data) {
        tryOut(data);
    }

    private static void tryOut(byte[] data) {
        try {
            if (file == null) {
                file = Files.createTempFile("fuzz", ".gguf");
                file.toFile().deleteOnExit();
            }
            Files.write(file, data);
            GgufFile.open(file).close();
            LanguageModel.load(file, new LoadOptions(1, true)).close();
        } catch (GgufFormatException | ModelLoadException e) {
            // As it should be.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
