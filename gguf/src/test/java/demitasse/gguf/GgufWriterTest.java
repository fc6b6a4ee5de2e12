package demitasse.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GgufWriterTest {
    @TempDir
    private Path folder;

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Path file = folder.resolve("model.gguf");
        byte[] norm = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40, 1, 2, 3, 4};
        byte[] blocks = new byte[2 * GgmlType.Q8_0.blockBytes()];
        blocks[5] = 7;
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("general.alignment", GgufValue.u32(64))
                .put("llama.block_count", GgufValue.u32(0xffff_ffffL))
                .put("llama.eps", GgufValue.f32(1e-5f))
                .put("tokens", GgufValue.strings("a", "", "ü"))
                .put("yes", GgufValue.bool(true))
                .tensor("norm", GgmlType.F32, new long[] {3}, out -> out.write(norm))
                .tensor("nothing", GgmlType.F32, new long[] {0, 4}, out -> {})
                .tensor("weights", GgmlType.Q8_0, new long[] {32, 2}, out -> out.write(blocks))
                .write(file);
        try (GgufFile gguf = GgufFile.open(file)) {
            assertEquals(3, gguf.version());
            assertEquals(64, gguf.alignment());
            assertEquals(
                    List.of(
                            "general.architecture",
                            "general.alignment",
                            "llama.block_count",
                            "llama.eps",
                            "tokens",
                            "yes"),
                    List.copyOf(gguf.metadata().asMap().keySet()));
            assertEquals(
                    0xffff_ffffL,
                    gguf.metadata().asMap().get("llama.block_count").value());
            assertEquals(1e-5f, gguf.metadata().requireReal("llama.eps"));
            assertArrayEquals(
                    new String[] {"a", "", "ü"},
                    gguf.metadata().strings("tokens").orElseThrow());
            assertEquals(
                    List.of("norm", "nothing", "weights"),
                    List.copyOf(gguf.tensors().keySet()));
            assertArrayEquals(norm, gguf.requireTensor("norm").data().toArray(ValueLayout.JAVA_BYTE));
            GgufTensor weights = gguf.requireTensor("weights");
            assertArrayEquals(blocks, weights.data().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(0, weights.offset() % 64);
            assertEquals(2, weights.rows());
        }
        assertEquals(0, Files.size(file) % 64);
    }

    @Test
    void failureLeavesWhatWasThere() throws IOException {
        Path file = Files.writeString(folder.resolve("model.gguf"), "old");
        GgufWriter writer = new GgufWriter().tensor("t", GgmlType.F32, new long[] {4}, out -> out.write(1));
        IOException e = assertThrows(IOException.class, () -> writer.write(file));
        assertEquals("tensor t: expected 16 bytes, got 1", e.getMessage());
        assertEquals("old", Files.readString(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void refusesWhatReadersRefuse() {
        GgufWriter writer = new GgufWriter().put("k", GgufValue.bool(true));
        assertThrows(IllegalArgumentException.class, () -> writer.put("k", GgufValue.bool(false)));
        assertThrows(IllegalArgumentException.class, () -> writer.put("", GgufValue.bool(false)));
        assertThrows(IllegalArgumentException.class, () -> writer.put("general.alignment", GgufValue.u32(48)));
        assertThrows(
                IllegalArgumentException.class, () -> writer.tensor("t", GgmlType.Q4_K, new long[] {32}, out -> {}));
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.tensor("n".repeat(64), GgmlType.F32, new long[] {1}, out -> {}));
        assertThrows(IllegalArgumentException.class, () -> GgufValue.u32(-1));
        assertThrows(IllegalArgumentException.class, () -> new GgufValue(GgufValueType.UINT8, (byte) 1));
    }
}
