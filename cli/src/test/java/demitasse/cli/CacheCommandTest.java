package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandTest {
    @TempDir
    Path folder;

    @Test
    void aPromptCacheIsUsedAndABrokenOneIsKept() throws IOException {
        String model =
                SharedData.require("models/smollm2-135m-as-phi3.Q4_K_M.gguf").toString();
        Path cache = folder.resolve("prompt.kv");
        String[] command = {
            "generate",
            "-m",
            model,
            "-p",
            "What is the capital of France?",
            "-n",
            "4",
            "--temp",
            "0",
            "--kv-type",
            "q8_0",
            "--prompt-cache",
            cache.toString()
        };
        Run first = Run.of(command);
        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().contains("(0 cached)"), first.err());
        Run second = Run.of(command);
        assertEquals(first.out(), second.out());
        assertTrue(!second.err().contains("(0 cached)"), second.err());
        byte[] bytes = Files.readAllBytes(cache);
        bytes[bytes.length - 1] ^= 1;
        Files.write(cache, bytes);
        Run broken = Run.of(command);
        assertEquals(1, broken.code());
        assertTrue(broken.err().contains(cache + ": a broken saved session"), broken.err());
        assertEquals(bytes.length, Files.size(cache));
        command[10] = "q4";
        Run unknown = Run.of(command);
        assertTrue(unknown.err().contains("--kv-type: f32, f16, q8_0, not q4"), unknown.err());
    }
}
