package demitasse.tensor;

import java.nio.ByteBuffer;

/**
 * Keys and values of {@link KvShape#PAGE} neighbouring positions in all layers; an array for each layer, so that none is
 * large. Caches that begin with the same tokens share pages, which then must not be written.
 */
abstract sealed class KvPage permits KvPageF32, KvPageF16, KvPageQ8 {
    final KvShape shape;
    /** Caches that have this page. */
    int owners = 1;

    KvPage(KvShape shape) {
        this.shape = shape;
    }

    static KvPage of(KvShape shape) {
        return switch (shape.type()) {
            case F32 -> new KvPageF32(shape);
            case F16 -> new KvPageF16(shape);
            case Q8_0 -> new KvPageQ8(shape);
        };
    }

    /** Writes key and value of one position, [head][head size] each. */
    abstract void store(int layer, int slot, float[] k, int ko, float[] v, int vo);

    /**
     * A block of keys as floats, [key rows][{@link KvShape#BLOCK}]: at its place in the page's own array, or at the
     * start of {@code tile}.
     */
    abstract float[] keys(int layer, int head, int block, float[] tile);

    /** Values of {@code n} positions of a block as floats, [position][value stride]; where, as with {@link #keys}. */
    abstract float[] values(int layer, int head, int slot, int n, float[] tile);

    abstract void copyFrom(KvPage other);

    /** Writes one layer, {@link KvShape#layerBytes} long. */
    abstract void put(int layer, ByteBuffer to);

    /** Reads what {@link #put} wrote. */
    abstract void get(int layer, ByteBuffer from);
}
