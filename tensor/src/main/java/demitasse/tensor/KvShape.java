package demitasse.tensor;

/**
 * What a {@link KvCache} is made of, and how its pages are laid out. Keys stand in blocks of {@link #BLOCK} positions,
 * [head][block][key rows][position in block], so that scores of neighbouring positions are neighbouring lanes; values
 * [head][position][value stride].
 *
 * @param layers that have keys and values of their own
 * @param kvHeads heads of keys and values in a layer
 * @param headSize elements of a head
 */
public record KvShape(int layers, int kvHeads, int headSize, KvType type) {
    /** Positions in a block of keys. */
    public static final int BLOCK = 32;

    /** Positions in a page: what memory is taken, shared and given back by. */
    public static final int PAGE = 128;

    /** Neighbouring elements that share a scale in {@link KvType#Q8_0}. */
    static final int SCALED = 32;

    public KvShape {
        if (layers < 1 || kvHeads < 1 || headSize < 1) {
            throw new IllegalArgumentException(
                    layers + " layers, " + kvHeads + " key-value heads, head size " + headSize);
        }
    }

    /** Memory of a page. */
    public long pageBytes() {
        return (long) layers * layerBytes();
    }

    /** Pages that hold so many positions. */
    public static int pages(int positions) {
        return Math.ceilDiv(positions, PAGE);
    }

    /** Memory of one layer of a page. */
    int layerBytes() {
        int elements = Math.addExact(keyLength(), valueLength());
        return switch (type) {
            case F32 -> Math.multiplyExact(elements, Float.BYTES);
            case F16 -> Math.multiplyExact(elements, Short.BYTES);
            case Q8_0 -> Math.addExact(elements, elements / SCALED * Short.BYTES);
        };
    }

    /** Elements of a head's key, with what is added to fill the last scale. */
    int keyRows() {
        return type == KvType.Q8_0 ? padded(SCALED) : headSize;
    }

    /** Elements from one position's value to the next. */
    int valueStride() {
        return padded(type == KvType.Q8_0 ? SCALED : Kernels.LANES);
    }

    private int padded(int unit) {
        return Math.ceilDiv(headSize, unit) * unit;
    }

    int keyLength() {
        return Math.multiplyExact(Math.multiplyExact(PAGE, kvHeads), keyRows());
    }

    int valueLength() {
        return Math.multiplyExact(Math.multiplyExact(PAGE, kvHeads), valueStride());
    }

    /** Where a block of keys starts in its page: [key rows][{@link #BLOCK}]. */
    int keyOffset(int head, int block) {
        return (head * (PAGE / BLOCK) + block) * keyRows() * BLOCK;
    }

    /** Where a position's value starts in its page; positions of a head follow each other. */
    int valueOffset(int head, int slot) {
        return (head * PAGE + slot) * valueStride();
    }
}
