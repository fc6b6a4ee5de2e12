package demitasse.tensor;

/**
 * Keys and values of one layer of one session. Layout: keys in blocks of {@link #BLOCK} positions, [head][block][head
 * size][position in block], so that scores of neighbouring positions are neighbouring lanes; values [head][position][head
 * size, padded]. Not safe for writing while others read.
 */
public final class KvLayer {
    /** Positions in a block of keys. */
    public static final int BLOCK = 32;

    private static final float LARGEST_HALF = 65504;

    /** What JVMs allow. */
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final int capacity;
    private final int kvHeads;
    private final int headSize;
    private final int valueStride;
    private final int positions;
    private final KvType type;
    private final float[] keys32;
    private final float[] values32;
    private final short[] keys16;
    private final short[] values16;

    /** @param capacity the most positions that it will hold; the memory is taken at once */
    public KvLayer(int capacity, int kvHeads, int headSize, KvType type) {
        if (capacity < 1 || kvHeads < 1 || headSize < 1) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + ", heads " + kvHeads + ", head size " + headSize);
        }
        this.capacity = capacity;
        this.kvHeads = kvHeads;
        this.headSize = headSize;
        this.type = type;
        this.positions = Math.multiplyExact(Math.ceilDiv(capacity, BLOCK), BLOCK);
        this.valueStride = padded(headSize);
        int keyLength = Math.multiplyExact(Math.multiplyExact(positions, kvHeads), headSize);
        int valueLength = Math.multiplyExact(Math.multiplyExact(positions, kvHeads), valueStride);
        boolean half = type == KvType.F16;
        this.keys32 = half ? null : new float[keyLength];
        this.values32 = half ? null : new float[valueLength];
        this.keys16 = half ? new short[keyLength] : null;
        this.values16 = half ? new short[valueLength] : null;
    }

    public int capacity() {
        return capacity;
    }

    public int kvHeads() {
        return kvHeads;
    }

    public int headSize() {
        return headSize;
    }

    public KvType type() {
        return type;
    }

    /** Memory that the keys and values take. */
    public long bytes() {
        return bytes(capacity, kvHeads, headSize, type);
    }

    /**
     * Memory that such a layer would take; {@link Long#MAX_VALUE} if it is too large to be made.
     *
     * @param capacity as for the constructor, like the others
     */
    public static long bytes(int capacity, int kvHeads, int headSize, KvType type) {
        long rows = Math.ceilDiv(capacity, BLOCK) * (long) BLOCK * kvHeads;
        long stride = padded(headSize);
        if (rows > LARGEST_ARRAY / stride) {
            return Long.MAX_VALUE;
        }
        return rows * (headSize + stride) * (type == KvType.F16 ? Short.BYTES : Float.BYTES);
    }

    private static int padded(int headSize) {
        return Math.ceilDiv(headSize, Kernels.LANES) * Kernels.LANES;
    }

    /** Writes key and value of one position, [head][head size] each. */
    public void store(int position, float[] k, int ko, float[] v, int vo) {
        if (position < 0 || position >= capacity) {
            throw new IndexOutOfBoundsException("position " + position + " of " + capacity);
        }
        for (int head = 0; head < kvHeads; head++) {
            int key = keyOffset(head, position / BLOCK) + position % BLOCK;
            int value = valueOffset(head, position);
            int from = head * headSize;
            if (type == KvType.F16) {
                for (int i = 0; i < headSize; i++) {
                    keys16[key + i * BLOCK] = half(k[ko + from + i]);
                    values16[value + i] = half(v[vo + from + i]);
                }
            } else {
                for (int i = 0; i < headSize; i++) {
                    keys32[key + i * BLOCK] = k[ko + from + i];
                }
                System.arraycopy(v, vo + from, values32, value, headSize);
            }
        }
    }

    private static short half(float x) {
        return Float.floatToFloat16(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, x)));
    }

    int valueStride() {
        return valueStride;
    }

    /** Where a block of keys starts: [head size][{@link #BLOCK}]. */
    int keyOffset(int head, int block) {
        return (head * (positions / BLOCK) + block) * headSize * BLOCK;
    }

    /** Where a position's value starts; positions of a head follow each other. */
    int valueOffset(int head, int position) {
        return (head * positions + position) * valueStride;
    }

    float[] keys32() {
        return keys32;
    }

    float[] values32() {
        return values32;
    }

    short[] keys16() {
        return keys16;
    }

    short[] values16() {
        return values16;
    }
}
