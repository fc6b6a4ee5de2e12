package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufFormatException;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceMatrixTest {
    private static final String DOWN = "blk.0.ffn_down.weight";

    @TempDir
    private Path folder;

    @Test
    void sumsAreDividedByCounts() throws IOException {
        ImportanceMatrix matrix = read(gguf(keys(), new float[] {2, 4, 9, 12}, new float[] {2, 3}));
        assertArrayEquals(new float[] {1, 2, 3, 4}, matrix.of(DOWN).orElseThrow());
        assertEquals(7, matrix.chunks());
        assertEquals(List.of("a.txt", "b.txt"), matrix.datasets());
        assertEquals(Optional.empty(), matrix.of("output.weight"));
        assertEquals(0, ImportanceMatrix.read(matrix.file(), name -> false).size());
    }

    @Test
    void matricesWithoutTokensCountEvenly() throws IOException {
        ImportanceMatrix matrix = read(gguf(keys(), new float[] {2, 4, 9, 12}, new float[] {0, 3}));
        assertArrayEquals(new float[] {1, 1, 3, 4}, matrix.of(DOWN).orElseThrow());
    }

    @Test
    void theOlderFormIsRead() throws IOException {
        ByteBuffer bytes = legacy(1, 2, new float[] {2, 8});
        bytes.putInt(5).putInt(4).put("text".getBytes(StandardCharsets.US_ASCII));
        ImportanceMatrix matrix = read(file(bytes));
        assertArrayEquals(new float[] {1, 4}, matrix.of(DOWN).orElseThrow());
        assertEquals(5, matrix.chunks());
        assertEquals(List.of("text"), matrix.datasets());
        ImportanceMatrix plain = read(file(legacy(1, 0, new float[] {2, 8})));
        assertArrayEquals(new float[] {2, 8}, plain.of(DOWN).orElseThrow());
        assertEquals(0, plain.chunks());
    }

    @Test
    void brokenFilesAreRefused() throws IOException {
        refused(ModelLoadException.class, "imatrix.datasets", gguf(new GgufWriter(), new float[2], new float[1]));
        refused(ModelLoadException.class, "3 for 4 sums", gguf(keys(), new float[4], new float[3]));
        refused(ModelLoadException.class, "finite values", gguf(keys(), new float[] {Float.NaN}, new float[] {1}));
        refused(ModelLoadException.class, "finite counts", gguf(keys(), new float[] {1}, new float[] {Float.NaN}));
        Path halves = folder.resolve("halves.gguf");
        keys().tensor("a.in_sum2", GgmlType.F32, new long[] {1}, out -> out.write(new byte[4]))
                .write(halves);
        refused(ModelLoadException.class, "tensor a.counts", halves);
        refused(GgufFormatException.class, "entries", file(ByteBuffer.allocate(4)));
        refused(GgufFormatException.class, "more bytes", file(ByteBuffer.allocate(3)));
        refused(GgufFormatException.class, "entries", file(legacy(Integer.MAX_VALUE, 1, new float[2])));
        refused(GgufFormatException.class, "more bytes", file(legacy(2, 1, new float[2])));
    }

    /** Nothing is allocated for what the file cannot hold. */
    @Test
    void hostileCountsAreRefused() throws IOException {
        ByteBuffer bytes = legacy(1, 1, new float[2]);
        int values = bytes.position() - 3 * Integer.BYTES;
        for (int count : new int[] {-1, 0, 3, Integer.MAX_VALUE}) {
            refused(GgufFormatException.class, "values of " + DOWN, file(bytes.putInt(values, count)));
        }
        for (int length : new int[] {-1, Integer.MAX_VALUE}) {
            refused(GgufFormatException.class, "length of a name", file(bytes.putInt(Integer.BYTES, length)));
        }
    }

    @Test
    void theNewFileTellsOfTheMatrix() throws IOException {
        Path in = model(256);
        Path out = folder.resolve("out.gguf");
        try (GgufFile source = GgufFile.open(in)) {
            ModelQuantizer quantizer = quantizer(source, gguf(keys(), new float[256], new float[] {1}));
            assertEquals(List.of("token_embd.weight"), quantizer.withoutImportance());
            quantizer.write(out, 1, (done, total) -> {});
        }
        try (GgufFile written = GgufFile.open(out)) {
            assertEquals(Optional.of("a.txt"), written.metadata().string("quantize.imatrix.dataset"));
            assertEquals(1, written.metadata().requireInteger("quantize.imatrix.entries_count"));
            assertEquals(7, written.metadata().requireInteger("quantize.imatrix.chunks_count"));
            String file = written.metadata().requireString("quantize.imatrix.file");
            assertTrue(file.length() <= 127 && matrixFile().toString().startsWith(file), file);
        }
    }

    @Test
    void aMatrixOfAnotherModelIsRefused() throws IOException {
        try (GgufFile source = GgufFile.open(model(256))) {
            ModelLoadException e = assertThrows(
                    ModelLoadException.class, () -> quantizer(source, gguf(keys(), new float[128], new float[] {1})));
            assertTrue(e.getMessage().contains(DOWN) && e.getMessage().contains("256 values"), e.getMessage());
            assertFalse(e.getMessage().contains("\n"));
        }
    }

    private ModelQuantizer quantizer(GgufFile source, Path matrix) throws IOException {
        return new ModelQuantizer(
                source, new QuantizeOptions(FileType.Q4_0, false, TypeChoices.NONE, Optional.of(read(matrix))));
    }

    private Path model(int columns) throws IOException {
        Path in = folder.resolve("in.gguf");
        byte[] zeros = new byte[Float.BYTES * columns * 2];
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("llama.block_count", GgufValue.u32(1))
                .put("quantize.imatrix.dataset", GgufValue.string("another"))
                .tensor("token_embd.weight", GgmlType.F32, new long[] {columns, 2}, out -> out.write(zeros))
                .tensor(DOWN, GgmlType.F32, new long[] {columns, 2}, out -> out.write(zeros))
                .write(in);
        return in;
    }

    private static ImportanceMatrix read(Path file) throws IOException {
        return ImportanceMatrix.read(file, name -> true);
    }

    private static void refused(Class<? extends IOException> kind, String part, Path file) {
        IOException e = assertThrows(kind, () -> read(file));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static GgufWriter keys() {
        return new GgufWriter()
                .put("imatrix.datasets", GgufValue.strings("a.txt", "b.txt"))
                .put("imatrix.chunk_count", GgufValue.u32(7))
                .put("imatrix.chunk_size", GgufValue.u32(512));
    }

    private Path matrixFile() {
        return folder.resolve("imatrix.gguf");
    }

    private Path gguf(GgufWriter writer, float[] sums, float[] counts) throws IOException {
        tensor(writer, DOWN + ".in_sum2", sums);
        tensor(writer, DOWN + ".counts", counts);
        writer.write(matrixFile());
        return matrixFile();
    }

    private static void tensor(GgufWriter writer, String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        writer.tensor(name, GgmlType.F32, new long[] {values.length}, out -> out.write(bytes.array()));
    }

    private static ByteBuffer legacy(int entries, int calls, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(entries).putInt(DOWN.length()).put(DOWN.getBytes(StandardCharsets.US_ASCII));
        bytes.putInt(calls).putInt(values.length);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes;
    }

    /** What is in the buffer so far. */
    private Path file(ByteBuffer bytes) throws IOException {
        byte[] written = new byte[bytes.position() == 0 ? bytes.capacity() : bytes.position()];
        bytes.get(0, written);
        return Files.write(folder.resolve("imatrix.dat"), written);
    }
}
