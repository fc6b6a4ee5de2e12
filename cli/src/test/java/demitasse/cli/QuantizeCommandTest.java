package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuantizeCommandTest {
    @TempDir
    private Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        in = folder.resolve("in.gguf");
        out = folder.resolve("out.gguf");
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("llama.block_count", GgufValue.u32(1))
                .tensor("blk.0.ffn_up.weight", GgmlType.F16, new long[] {256, 2}, o -> o.write(new byte[2 * 512]))
                .write(in);
    }

    private Run run(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "quantize";
        args[1] = in.toString();
        args[2] = out.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Run.of(args);
    }

    @Test
    void writesTheTypeThatWasAskedFor() throws IOException {
        Run run = run("q4_k_m");
        assertEquals(0, run.code(), run.toString());
        assertEquals("", run.out());
        assertTrue(run.err().contains("quantising to Q4_K_M: 100 %"), run.err());
        assertTrue(run.err().contains("4.50 bits a weight"), run.err());
        try (GgufFile file = GgufFile.open(out)) {
            assertEquals(
                    GgmlType.Q4_K, file.requireTensor("blk.0.ffn_up.weight").type());
        }
    }

    @Test
    void replacesOnlyWithForce() throws IOException {
        Files.writeString(out, "old");
        assertFault("out.gguf: is there already; --force replaces it", run("Q8_0"));
        assertEquals("old", Files.readString(out));
        assertEquals(0, run("Q8_0", "--force").code());
        assertTrue(Files.size(out) > 512);
    }

    @Test
    void neverWritesOverItsInput() throws IOException {
        byte[] before = Files.readAllBytes(in);
        Run run = Run.of("quantize", in.toString(), in.toString(), "Q8_0", "--force");
        assertFault("is the model that is read", run);
        assertArrayEquals(before, Files.readAllBytes(in));
    }

    @Test
    void faultsAreOneLine() throws IOException {
        Run unknown = run("Q9");
        assertEquals(2, unknown.code());
        assertEquals(1, unknown.err().lines().count(), unknown.err());
        assertTrue(unknown.err().contains("no type Q9; there are F32, F16"), unknown.err());
        assertEquals(2, Run.of("quantize", in.toString()).code());
        assertFault(
                "no folder",
                Run.of("quantize", in.toString(), folder.resolve("no/out.gguf").toString(), "Q8_0"));
        assertFault("is a folder", Run.of("quantize", in.toString(), folder.toString(), "Q8_0"));
        assertFault("none.gguf: no such file", Run.of("quantize", "none.gguf", out.toString(), "Q8_0"));
        assertEquals(0, run("Q8_0").code());
        Run again =
                Run.of("quantize", out.toString(), folder.resolve("again.gguf").toString(), "Q4_0");
        assertFault("out.gguf: tensor blk.0.ffn_up.weight: expected F32, F16 or BF16", again);
        assertTrue(again.err().contains("Q8_0"), again.err());
    }

    @Test
    void aDryRunWritesNothing() {
        Run run = Run.of("quantize", "--dry-run", in.toString(), "Q4_K_M");
        assertEquals(0, run.code(), run.toString());
        assertEquals("blk.0.ffn_up.weight: F16 -> Q4_K", run.out().strip());
        assertTrue(run.err().contains("4.50 bits a weight"), run.err());
        assertEquals(0, run("Q8_0", "--dry-run").code());
        assertTrue(Files.notExists(out));
    }

    @Test
    void typesAreChosen() throws IOException {
        assertEquals(0, run("Q4_K_M", "--tensor-type", "FFN_up=q5_1").code());
        try (GgufFile file = GgufFile.open(out)) {
            assertEquals(
                    GgmlType.Q5_1, file.requireTensor("blk.0.ffn_up.weight").type());
        }
        for (String wrong : new String[] {"ffn=q9", "=q8_0", "ffn", "(=q8_0"}) {
            Run run = run("Q4_K_M", "--tensor-type", wrong);
            assertEquals(2, run.code(), run.toString());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }

    @Test
    void anImportanceMatrixIsUsed() throws IOException {
        Path matrix = folder.resolve("imatrix.gguf");
        new GgufWriter()
                .put("imatrix.datasets", GgufValue.strings("a.txt"))
                .put("imatrix.chunk_count", GgufValue.u32(1))
                .put("imatrix.chunk_size", GgufValue.u32(512))
                .tensor("blk.0.ffn_up.weight.in_sum2", GgmlType.F32, new long[] {256}, o -> o.write(new byte[1024]))
                .tensor("blk.0.ffn_up.weight.counts", GgmlType.F32, new long[] {1}, o -> o.write(new byte[4]))
                .write(matrix);
        Run run = run("Q4_K_M", "--imatrix", matrix.toString());
        assertEquals(0, run.code(), run.toString());
        assertTrue(run.err().contains("importance of 1 tensors"), run.err());
        Run both = run("Q8_0", "--imatrix", matrix.toString(), "--include-weights", "a", "--exclude-weights", "b");
        assertEquals(2, both.code(), both.toString());
        assertFault("in.gguf: key imatrix.datasets", run("Q8_0", "--force", "--imatrix", in.toString()));
        Run none = run("Q8_0", "--force", "--imatrix", matrix.toString(), "--exclude-weights", "ffn");
        assertEquals(0, none.code(), none.toString());
        try (GgufFile file = GgufFile.open(out)) {
            assertTrue(!file.metadata().contains("quantize.imatrix.file"));
        }
    }

    private static void assertFault(String part, Run run) {
        assertEquals(1, run.code(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("demitasse: ") && run.err().contains(part), run.err());
    }
}
