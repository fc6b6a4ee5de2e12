package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvCacheTest {
    private static final int PAGE = KvShape.PAGE;
    private static final int LAYERS = 2;
    private static final int SIZE = 40;

    private final Random random = new Random(8);

    private static KvCache cache(KvType type) {
        return new KvCache(new KvShape(LAYERS, 1, SIZE, type), 5 * PAGE);
    }

    private void fill(KvCache kv, int from, int to) {
        kv.reserve(from, to);
        for (int p = from; p < to; p++) {
            for (int layer = 0; layer < LAYERS; layer++) {
                kv.store(layer, p, Tensors.gaussian(SIZE, random), 0, Tensors.gaussian(SIZE, random), 0);
            }
        }
    }

    private static float[] attend(KvCache kv, int length) {
        float[] q = new float[SIZE];
        Arrays.fill(q, 0.3f);
        float[] out = new float[LAYERS * SIZE];
        for (int layer = 0; layer < LAYERS; layer++) {
            Attention attention = new Attention(1, 1, SIZE, 1);
            attention.add(kv, 0, length, true, 0, layer, 1);
            attention.run(layer, q, SIZE, out, SIZE, new Threads(1));
        }
        return out;
    }

    @Test
    void takesMemoryPageByPage() {
        KvCache kv = cache(KvType.F16);
        assertEquals(0, kv.ownPages());
        assertThrows(IndexOutOfBoundsException.class, () -> kv.store(0, 0, new float[SIZE], 0, new float[SIZE], 0));
        assertEquals(2, kv.missingPages(0, PAGE + 1));
        kv.reserve(0, PAGE + 1);
        assertEquals(0, kv.missingPages(5, 2 * PAGE));
        assertEquals(1, kv.missingPages(5, 2 * PAGE + 1));
        assertEquals(0, kv.release(PAGE + 1));
        assertEquals(1, kv.release(PAGE));
        assertEquals(1, kv.ownPages());
        assertThrows(IndexOutOfBoundsException.class, () -> kv.reserve(0, 5 * PAGE + 1));
    }

    @ParameterizedTest
    @EnumSource
    void aSharedPageIsCopiedBeforeItIsWritten(KvType type) {
        KvCache first = cache(type);
        fill(first, 0, PAGE + 10);
        float[] before = attend(first, PAGE + 10);
        KvCache second = cache(type);
        fill(second, 0, 3);
        assertEquals(1, second.share(first, PAGE + 7));
        assertEquals(0, first.ownPages());
        assertEquals(1, second.missingPages(PAGE + 7, PAGE + 8));
        fill(second, PAGE + 7, PAGE + 20);
        assertArrayEquals(before, attend(first, PAGE + 10));
        assertArrayEquals(attend(first, PAGE + 7), attend(second, PAGE + 7));
        assertEquals(1, second.release(0), "the first page is still the other's");
        assertEquals(2, first.ownPages());
    }

    @ParameterizedTest
    @EnumSource
    void isReadAsItWasWritten(KvType type) throws IOException {
        KvCache kv = cache(type);
        fill(kv, 0, PAGE + 10);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        kv.write(Channels.newChannel(bytes), PAGE + 10);
        assertEquals(2 * kv.shape().pageBytes(), bytes.size());
        KvCache other = cache(type);
        other.reserve(0, PAGE + 10);
        other.read(Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())), PAGE + 10);
        assertArrayEquals(attend(kv, PAGE + 10), attend(other, PAGE + 10));
        byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1);
        assertThrows(
                EOFException.class, () -> other.read(Channels.newChannel(new ByteArrayInputStream(half)), PAGE + 10));
    }

    @Test
    void eightBitsTakeAGoodQuarter() {
        KvShape f32 = new KvShape(32, 32, 96, KvType.F32);
        KvShape q8 = new KvShape(32, 32, 96, KvType.Q8_0);
        assertEquals(f32.pageBytes() * 17 / 64, q8.pageBytes());
        assertFalse(f32.equals(q8));
    }
}
