package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files against llama-quantize's, to the bit. */
class ModelQuantizerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "phi3-gqa.F16",
                "phi3-gqa.BF16",
                "phi3-gqa.Q8_0",
                "phi3-gqa.Q4_0",
                "phi3-gqa.Q4_1",
                "phi3-gqa.Q5_0",
                "phi3-gqa.Q5_1",
                "phi3-gqa.Q2_K",
                "phi3-gqa.Q3_K_M",
                "phi3-gqa.Q4_K_M",
                "phi3-gqa.Q5_K_M",
                "phi3-gqa.Q6_K",
                "phi3-gqa.IQ4_NL",
                "phi3-gqa.IQ4_XS",
                "phi3-mha.Q4_K_M",
                "phi3-swa.Q4_K_M",
                "phi3-longrope.Q4_K_M",
                "llama-gqa.Q4_K_M",
                "llama-tied.Q4_K_M",
                "llama-linear-rope.Q4_K_M",
                "llama-yarn.Q4_K_M",
                "qwen2.Q4_K_M",
                "bert.Q4_K_M"
            })
    void filesAreLlamaQuantizesToTheBit(String name) throws IOException {
        Path golden = SharedData.require("golden/models");
        int dot = name.indexOf('.');
        Path out = folder.resolve("out.gguf");
        try (GgufFile source = GgufFile.open(golden.resolve(name.substring(0, dot) + ".F32.gguf"))) {
            FileType type = FileType.named(name.substring(dot + 1)).orElseThrow();
            ModelQuantizer quantizer = new ModelQuantizer(source, type, false);
            JsonNode expected = SharedData.json(golden.resolve(name + ".expected.json"));
            assertTypes(expected.get("tensor_types"), quantizer.types());
            long[] done = {0, 0};
            quantizer.write(out, 2, (n, total) -> {
                done[0] = n;
                done[1] = total;
            });
            assertEquals(quantizer.bytes(), done[0]);
            assertEquals(quantizer.bytes(), done[1]);
        }
        assertEquals(-1, Files.mismatch(golden.resolve(name + ".gguf"), out));
    }

    /** The golden files name only what is not F32. */
    private static void assertTypes(JsonNode expected, Map<String, GgmlType> actual) {
        actual.forEach((name, type) -> assertEquals(
                expected.has(name) ? expected.get(name).asText() : GgmlType.F32.name(), type.name(), name));
        expected.fieldNames().forEachRemaining(name -> assertTrue(actual.containsKey(name), name));
    }
}
