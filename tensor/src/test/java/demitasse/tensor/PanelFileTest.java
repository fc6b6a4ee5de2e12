package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed weights in a file: the same products as on the heap, and a file that is not as it should be is made anew. */
class PanelFileTest {
    private static final int ROWS = 64;
    private static final int COLUMNS = 768;
    private static final byte[] KEY = new byte[32];
    private static Threads threads;

    @TempDir
    private Path folder;

    private Path file;
    private List<GgufTensor> tensors;

    @BeforeAll
    static void start() {
        threads = new Threads(2);
    }

    @AfterAll
    static void stop() {
        threads.close();
    }

    @BeforeEach
    void makeTensors() {
        file = folder.resolve("sub/model.panels");
        tensors = new ArrayList<>();
        for (PanelFormat format : PanelFormat.values()) {
            Random random = new Random(format.ordinal());
            byte[] bytes = new byte[(int) format.type().bytesFor((long) ROWS * COLUMNS)];
            random.nextBytes(bytes);
            // No exponent of all ones: a 16-bit float of such bytes is finite.
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= (byte) 0xbf;
            }
            tensors.add(tensor(format.name(), format, bytes));
        }
    }

    private static GgufTensor tensor(String name, PanelFormat format, byte[] bytes) {
        return new GgufTensor(name, format.type(), new long[] {COLUMNS, ROWS}, 0, MemorySegment.ofArray(bytes));
    }

    @Test
    void sameProductsAsOnTheHeap() throws IOException {
        for (int time = 0; time < 2; time++) {
            assertProducts(KEY);
        }
    }

    @Test
    void sameProductsWhilePanelsMoveToTheHeapAndAfterwards() throws Exception {
        try (PanelFile packed = PanelFile.open(file, KEY, tensors, threads)) {
            for (GgufTensor tensor : tensors) {
                PanelMatrix matrix = (PanelMatrix) packed.matrix(tensor);
                Activations x = Tensors.activations(COLUMNS, 1, new Random(1));
                float[] before = multiply(matrix, x);
                Thread mover = Thread.ofPlatform().start(matrix::settle);
                float[] meanwhile = multiply(matrix, x);
                mover.join();
                assertArrayEquals(before, meanwhile, tensor.name());
                assertArrayEquals(before, multiply(matrix, x), tensor.name());
            }
            packed.settle(); // and closes while it is at it
        }
    }

    @Test
    void aGoodFileIsUsedAsItIs() throws IOException {
        assertProducts(KEY);
        Object first = Files.readAttributes(file, "fileKey").get("fileKey");
        assertProducts(KEY);
        assertEquals(first, Files.readAttributes(file, "fileKey").get("fileKey"));
    }

    @Test
    void anythingElseIsMadeAnew() throws IOException {
        assertProducts(KEY);
        byte[] good = Files.readAllBytes(file);
        List<byte[]> others = new ArrayList<>();
        for (int length : new int[] {0, 1, 60, 4096, good.length / 2, good.length - 1}) {
            others.add(Arrays.copyOf(good, length));
        }
        others.add(Arrays.copyOf(good, good.length + 1));
        others.add(new byte[good.length]);
        // Of the head: magic, layout, length, key, sizes, a matrix's place and samples, the sum. Then the first factor.
        for (int at : new int[] {0, 8, 12, 16, 47, 48, 56, 60, 70, 76, 4092, 4095, 4096}) {
            byte[] changed = good.clone();
            changed[at] ^= 1;
            others.add(changed);
        }
        for (byte[] other : others) {
            Files.write(file, other);
            assertProducts(KEY);
            assertArrayEquals(good, Files.readAllBytes(file));
        }
    }

    @Test
    void anotherModelsFileIsMadeAnew() throws IOException {
        assertProducts(KEY);
        byte[] other = KEY.clone();
        other[31] = 1;
        Files.delete(file);
        tensors = tensors.reversed();
        assertProducts(other);
        byte[] wanted = Files.readAllBytes(file);
        tensors = tensors.reversed();
        assertProducts(KEY);
        tensors = tensors.reversed();
        assertProducts(other);
        assertArrayEquals(wanted, Files.readAllBytes(file));
    }

    @Test
    void nothingIsLeftOfABrokenTensor() throws IOException {
        byte[] bytes = new byte[(int) PanelFormat.Q4_0.type().bytesFor((long) ROWS * COLUMNS)];
        bytes[1] = 0x7c;
        tensors.add(tensor("infinite", PanelFormat.Q4_0, bytes));
        assertThrows(ModelLoadException.class, () -> PanelFile.open(file, KEY, tensors, threads));
        try (Stream<Path> left = Files.list(file.getParent())) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void nothingToPackNeedsNoFile() throws IOException {
        assertNull(PanelFile.open(file, KEY, List.of(), threads));
        Files.write(folder.resolve("file"), KEY);
        Path nowhere = folder.resolve("file/model.panels");
        assertThrows(IOException.class, () -> PanelFile.open(nowhere, KEY, tensors, threads));
    }

    private void assertProducts(byte[] key) throws IOException {
        try (PanelFile packed = PanelFile.open(file, key, tensors, threads)) {
            assertNotNull(packed);
            for (GgufTensor tensor : tensors) {
                Matrix expected = Matrices.load(tensor, false, threads);
                Matrix actual = packed.matrix(tensor);
                for (int tokens : new int[] {1, 4, 9}) {
                    Activations x = Tensors.activations(COLUMNS, tokens, new Random(tokens));
                    assertArrayEquals(multiply(expected, x), multiply(actual, x), tensor.name());
                }
                float[] row = new float[COLUMNS];
                float[] same = new float[COLUMNS];
                expected.dequantizeRow(ROWS - 1, row, 0);
                actual.dequantizeRow(ROWS - 1, same, 0);
                assertArrayEquals(row, same);
            }
        }
    }

    private static float[] multiply(Matrix matrix, Activations x) {
        float[] out = new float[x.tokens() * ROWS];
        matrix.multiply(x, out, 0, ROWS, threads);
        return out;
    }
}
