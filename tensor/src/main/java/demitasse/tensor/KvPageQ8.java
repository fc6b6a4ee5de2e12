package demitasse.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * A page of {@link KvType#Q8_0}. A scale belongs to {@link KvShape#SCALED} elements of a head at one position; keys'
 * scales lie as their quants do, [head][block][part][position in block], values' [head][position][part].
 */
final class KvPageQ8 extends KvPage {
    private static final int SCALED = KvShape.SCALED;
    private static final float LARGEST = 127;
    private static final Kernels KERNELS = Kernels.BEST;

    private final byte[][] keys;
    private final byte[][] values;
    private final short[][] keyScales;
    private final short[][] valueScales;

    KvPageQ8(KvShape shape) {
        super(shape);
        keys = new byte[shape.layers()][shape.keyLength()];
        values = new byte[shape.layers()][shape.valueLength()];
        keyScales = new short[shape.layers()][shape.keyLength() / SCALED];
        valueScales = new short[shape.layers()][shape.valueLength() / SCALED];
    }

    @Override
    void store(int layer, int slot, float[] k, int ko, float[] v, int vo) {
        int size = shape.headSize();
        int inBlock = slot % KvShape.BLOCK;
        for (int head = 0; head < shape.kvHeads(); head++) {
            int key = shape.keyOffset(head, slot / KvShape.BLOCK);
            int value = shape.valueOffset(head, slot);
            for (int i = 0; i < size; i += SCALED) {
                int n = Math.min(SCALED, size - i);
                int from = head * size + i;
                keyScales[layer][(key + i * KvShape.BLOCK) / SCALED + inBlock] =
                        quantize(k, ko + from, n, keys[layer], key + i * KvShape.BLOCK + inBlock, KvShape.BLOCK);
                valueScales[layer][(value + i) / SCALED] = quantize(v, vo + from, n, values[layer], value + i, 1);
            }
        }
    }

    /** Writes n quants, {@code stride} apart, and returns their scale. */
    private static short quantize(float[] x, int xo, int n, byte[] out, int oo, int stride) {
        float most = 0;
        for (int i = 0; i < n; i++) {
            most = Math.max(most, Math.abs(x[xo + i]));
        }
        short half = KvPageF16.half(most / LARGEST);
        // By the scale as it is kept, which may be a little less than the exact one.
        float scale = Float.float16ToFloat(half);
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < n; i++) {
            float level = Math.max(-LARGEST, Math.min(LARGEST, x[xo + i] * inverse));
            out[oo + i * stride] = (byte) Math.round(level);
        }
        return half;
    }

    @Override
    float[] keys(int layer, int head, int block, float[] tile) {
        int at = shape.keyOffset(head, block);
        KERNELS.widenQ8(keys[layer], at, keyScales[layer], at / SCALED, shape.keyRows() / SCALED, tile, 0);
        return tile;
    }

    @Override
    float[] values(int layer, int head, int slot, int n, float[] tile) {
        int at = shape.valueOffset(head, slot);
        int runs = n * shape.valueStride() / SCALED;
        KERNELS.widenQ8Runs(values[layer], at, valueScales[layer], at / SCALED, runs, tile, 0);
        return tile;
    }

    @Override
    void copyFrom(KvPage other) {
        KvPageQ8 from = (KvPageQ8) other;
        for (int layer = 0; layer < keys.length; layer++) {
            System.arraycopy(from.keys[layer], 0, keys[layer], 0, keys[layer].length);
            System.arraycopy(from.values[layer], 0, values[layer], 0, values[layer].length);
            System.arraycopy(from.keyScales[layer], 0, keyScales[layer], 0, keyScales[layer].length);
            System.arraycopy(from.valueScales[layer], 0, valueScales[layer], 0, valueScales[layer].length);
        }
    }

    @Override
    void put(int layer, ByteBuffer to) {
        ByteBuffer bytes = to.duplicate().put(keys[layer]).put(values[layer]);
        scales(bytes).put(keyScales[layer]).put(valueScales[layer]);
    }

    @Override
    void get(int layer, ByteBuffer from) {
        ByteBuffer bytes = from.duplicate().get(keys[layer]).get(values[layer]);
        scales(bytes).get(keyScales[layer]).get(valueScales[layer]);
    }

    private static ShortBuffer scales(ByteBuffer bytes) {
        return bytes.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    }
}
