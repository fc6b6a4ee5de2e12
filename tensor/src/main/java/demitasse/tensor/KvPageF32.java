package demitasse.tensor;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** A page of {@link KvType#F32}. */
final class KvPageF32 extends KvPage {
    private final float[][] keys;
    private final float[][] values;

    KvPageF32(KvShape shape) {
        super(shape);
        keys = new float[shape.layers()][shape.keyLength()];
        values = new float[shape.layers()][shape.valueLength()];
    }

    @Override
    void store(int layer, int slot, float[] k, int ko, float[] v, int vo) {
        int size = shape.headSize();
        for (int head = 0; head < shape.kvHeads(); head++) {
            int key = shape.keyOffset(head, slot / KvShape.BLOCK) + slot % KvShape.BLOCK;
            for (int i = 0; i < size; i++) {
                keys[layer][key + i * KvShape.BLOCK] = k[ko + head * size + i];
            }
            System.arraycopy(v, vo + head * size, values[layer], shape.valueOffset(head, slot), size);
        }
    }

    @Override
    float[] keys(int layer, int head, int block, float[] tile) {
        return keys[layer];
    }

    @Override
    float[] values(int layer, int head, int slot, int n, float[] tile) {
        return values[layer];
    }

    @Override
    void copyFrom(KvPage other) {
        KvPageF32 from = (KvPageF32) other;
        for (int layer = 0; layer < keys.length; layer++) {
            System.arraycopy(from.keys[layer], 0, keys[layer], 0, keys[layer].length);
            System.arraycopy(from.values[layer], 0, values[layer], 0, values[layer].length);
        }
    }

    @Override
    void put(int layer, ByteBuffer to) {
        to.asFloatBuffer().put(keys[layer]).put(values[layer]);
    }

    @Override
    void get(int layer, ByteBuffer from) {
        FloatBuffer floats = from.asFloatBuffer();
        floats.get(keys[layer]).get(values[layer]);
    }
}
