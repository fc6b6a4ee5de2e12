package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options and faults of the command; what is converted is the convert module's to test. */
final class ConvertCommandTest {
    @TempDir
    private Path folder;

    private Run run(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "convert";
        args[1] = folder.toString();
        args[2] = folder.resolve("out.gguf").toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Run.of(args);
    }

    @Test
    void usageIsExitCodeTwo() {
        assertEquals(2, Run.of("convert", folder.toString()).code());
        Run unknown = run("--outtype", "q4_0");
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("no type q4_0; there are f32"), unknown.err());
    }

    @Test
    void faultsAreOneLine() throws IOException {
        assertFault("model.safetensors or model.safetensors.index.json", run());
        Path weights = Files.write(folder.resolve("model.safetensors"), new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
        assertFault(weights + ": at byte 0: length of the header", run());
        Files.write(weights, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
        assertFault(folder + ": the folder: expected a file config.json", run());
        Files.writeString(folder.resolve("config.json"), "{\"architectures\": [\"Other\"]}");
        assertFault("config.json: architectures: expected one of Phi3ForCausalLM", run());
        assertFault(
                "none: no such file",
                Run.of("convert", "none", folder.resolve("out.gguf").toString()));
        Files.writeString(folder.resolve("out.gguf"), "old");
        assertFault("out.gguf: is there already; --force replaces it", run());
        assertFault("config.json: architectures", run("--force"));
        assertEquals("old", Files.readString(folder.resolve("out.gguf")));
    }

    private static void assertFault(String part, Run run) {
        assertEquals(1, run.code(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("demitasse: ") && run.err().contains(part), run.err());
    }
}
