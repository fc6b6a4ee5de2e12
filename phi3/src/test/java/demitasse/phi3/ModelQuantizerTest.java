package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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
        Path out = out();
        try (GgufFile source = GgufFile.open(golden.resolve(name.substring(0, dot) + ".F32.gguf"))) {
            FileType type = FileType.named(name.substring(dot + 1)).orElseThrow();
            ModelQuantizer quantizer = new ModelQuantizer(source, new QuantizeOptions(type));
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

    @Test
    void newFileLoadsAndKeepsItsKeys() throws IOException {
        Path out = out();
        try (GgufFile source = GgufFile.open(NanoModels.folder().resolve("llama-spm.gguf"))) {
            new ModelQuantizer(source, new QuantizeOptions(FileType.F16)).write(out, 1, (done, total) -> {});
            try (GgufFile written = GgufFile.open(out)) {
                assertEquals(1, written.metadata().requireInteger("general.file_type"));
                assertEquals(2, written.metadata().requireInteger("general.quantization_version"));
                source.metadata().asMap().forEach((key, value) -> {
                    assertTrue(written.metadata().contains(key), key);
                });
                assertEquals(source.tensors().keySet(), written.tensors().keySet());
                assertEquals(
                        GgmlType.F16,
                        written.requireTensor("blk.0.ffn_up.weight").type());
            }
        }
        LanguageModel.load(out, new LoadOptions(1, false)).close();
    }

    @Test
    void quantisedWeightsAreQuantisedAgainOnlyWhenAllowed() throws IOException {
        try (GgufFile source = GgufFile.open(NanoModels.folder().resolve("qwen2.Q4_K_M.gguf"))) {
            ModelLoadException e = assertThrows(
                    ModelLoadException.class, () -> new ModelQuantizer(source, new QuantizeOptions(FileType.Q8_0)));
            assertTrue(e.getMessage().contains("tensor ") && e.getMessage().contains("Q5_0"), e.getMessage());
            Path out = out();
            new ModelQuantizer(source, new QuantizeOptions(FileType.Q4_K_M)).write(out, 1, (done, total) -> {});
            try (GgufFile same = GgufFile.open(out)) {
                source.tensors()
                        .forEach((name, tensor) -> assertEquals(
                                -1,
                                tensor.data().mismatch(same.tensors().get(name).data()),
                                name));
            }
            new ModelQuantizer(source, new QuantizeOptions(FileType.Q8_0, true, TypeChoices.NONE, Optional.empty()))
                    .write(out, 1, (done, total) -> {});
        }
        LanguageModel.load(out(), new LoadOptions(1, false)).close();
    }

    private Path out() {
        return folder.resolve("out.gguf");
    }

    @Test
    void weightsThatAreNoNumbersLeaveTheOldFile() throws IOException {
        Path in = folder.resolve("in.gguf");
        byte[] bytes = new byte[4 * 64 * 2];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 65, Float.NaN);
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("llama.block_count", GgufValue.u32(1))
                .tensor("blk.0.ffn_up.weight", GgmlType.F32, new long[] {64, 2}, stream -> stream.write(bytes))
                .write(in);
        Files.writeString(out(), "old");
        try (GgufFile source = GgufFile.open(in)) {
            ModelQuantizer quantizer = new ModelQuantizer(source, new QuantizeOptions(FileType.Q4_0));
            ModelLoadException e =
                    assertThrows(ModelLoadException.class, () -> quantizer.write(out(), 2, (done, total) -> {}));
            assertTrue(e.getMessage().contains("blk.0.ffn_up.weight"), e.getMessage());
        }
        assertEquals("old", Files.readString(out()));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void modelsInSeveralFilesAreRefused() throws IOException {
        Path in = folder.resolve("in.gguf");
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("split.count", GgufValue.u32(2))
                .write(in);
        try (GgufFile source = GgufFile.open(in)) {
            assertThrows(
                    ModelLoadException.class, () -> new ModelQuantizer(source, new QuantizeOptions(FileType.Q4_0)));
        }
    }

    /** The golden files name only what is not F32. */
    private static void assertTypes(JsonNode expected, Map<String, GgmlType> actual) {
        actual.forEach((name, type) -> assertEquals(
                expected.has(name) ? expected.get(name).asText() : GgmlType.F32.name(), type.name(), name));
        expected.fieldNames().forEachRemaining(name -> assertTrue(actual.containsKey(name), name));
    }
}
