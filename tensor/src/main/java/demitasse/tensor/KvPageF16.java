package demitasse.tensor;

import java.nio.ByteBuffer;

/** A page of {@link KvType#F16}. */
final class KvPageF16 extends KvPage {
    private static final float LARGEST_HALF = 65504;
    private static final Kernels KERNELS = Kernels.BEST;

    private final short[][] keys;
    private final short[][] values;

    KvPageF16(KvShape shape) {
        super(shape);
        keys = new short[shape.layers()][shape.keyLength()];
        values = new short[shape.layers()][shape.valueLength()];
    }

    @Override
    void store(int layer, int slot, float[] k, int ko, float[] v, int vo) {
        int size = shape.headSize();
        for (int head = 0; head < shape.kvHeads(); head++) {
            int key = shape.keyOffset(head, slot / KvShape.BLOCK) + slot % KvShape.BLOCK;
            int value = shape.valueOffset(head, slot);
            int from = head * size;
            for (int i = 0; i < size; i++) {
                keys[layer][key + i * KvShape.BLOCK] = half(k[ko + from + i]);
                values[layer][value + i] = half(v[vo + from + i]);
            }
        }
    }

    static short half(float x) {
        return Float.floatToFloat16(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, x)));
    }

    @Override
    float[] keys(int layer, int head, int block, float[] tile) {
        KERNELS.widenF16(keys[layer], shape.keyOffset(head, block), tile, 0, shape.keyRows() * KvShape.BLOCK);
        return tile;
    }

    @Override
    float[] values(int layer, int head, int slot, int n, float[] tile) {
        KERNELS.widenF16(values[layer], shape.valueOffset(head, slot), tile, 0, n * shape.valueStride());
        return tile;
    }

    @Override
    void copyFrom(KvPage other) {
        KvPageF16 from = (KvPageF16) other;
        for (int layer = 0; layer < keys.length; layer++) {
            System.arraycopy(from.keys[layer], 0, keys[layer], 0, keys[layer].length);
            System.arraycopy(from.values[layer], 0, values[layer], 0, values[layer].length);
        }
    }

    @Override
    void put(int layer, ByteBuffer to) {
        to.asShortBuffer().put(keys[layer]).put(values[layer]);
    }

    @Override
    void get(int layer, ByteBuffer from) {
        from.asShortBuffer().get(keys[layer]).get(values[layer]);
    }
}
