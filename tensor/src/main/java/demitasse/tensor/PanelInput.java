package demitasse.tensor;

/**
 * Activations as the panel kernels want them: int8 with one float scale for each 32 columns of a token. (llama.cpp
 * takes one for 256 where the weights are K-quants, which costs twice the error.)
 *
 * <p>Tokens lie in groups of four, the last group narrower ({@link #width}); all arrays run through the columns with the
 * tokens of a group side by side. Two neighbouring columns are two shorts in one int, to be broadcast together.
 */
final class PanelInput {
    /** Tokens of a whole group: with 2 x 4 accumulators C2 needs no memory for any of them, having 16 vector registers. */
    static final int TOKENS = 4;

    private static final float MAX = 127;

    /** Below this a block counts as zero: the inverse of its scale would overflow. */
    private static final float TINY = 1e-30f;

    /** Added to a float of small magnitude, it leaves the nearest integer (ties to even) in the low bits. */
    private static final float ROUNDING = 0x1.8p23f;

    private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);

    /** All bits of a float but its sign. */
    private static final int MAGNITUDE = 0x7fffffff;

    private final int columns;

    /** [group][columns / 2][width]: two columns of a token as shorts. */
    final int[] pairs;

    /**
     * Rows of {@link #scales}: the scale; scale x sum of the 32 integers; and, half of the rows apart, scale x sum of the
     * first and of the other 16.
     */
    static final int SCALES = 4;

    static final int HALF_SUM = 1;
    static final int SUM = 2;

    /** [group][columns / 32][{@link #SCALES}][width]. */
    final float[] scales;

    private final PanelFold[] folds = {
        new PanelFold(2), new PanelFold(3), new PanelFold(4), new PanelFold(5), new PanelFold(6)
    };
    private int tokens;

    PanelInput(int columns, int capacity) {
        this.columns = columns;
        int padded = Math.ceilDiv(capacity, TOKENS) * TOKENS;
        if (capacity == 1) {
            padded = 1;
        }
        this.pairs = new int[Math.multiplyExact(padded, columns / 2)];
        this.scales = new float[Math.multiplyExact(padded, columns / PanelFormat.SUB * SCALES)];
    }

    int tokens() {
        return tokens;
    }

    /** Whether the tokens are so few that weights are better unpacked in registers than stored. */
    boolean isFew() {
        return tokens <= TOKENS;
    }

    /** The width of the group that begins with token {@code first}: 1, 2 or 4, of which the last may be unused. */
    int width(int first) {
        return width(tokens, first);
    }

    private static int width(int tokens, int first) {
        int left = tokens - first;
        return left >= 3 ? 4 : left;
    }

    /** Where the pairs of the group that begins with token {@code first} stand for sub-block {@code sub}. */
    int pairsAt(int first, int sub) {
        return first * (columns / 2) + sub * (PanelFormat.SUB / 2) * width(first);
    }

    int scalesAt(int first, int sub) {
        return first * (columns / PanelFormat.SUB) * SCALES + sub * SCALES * width(first);
    }

    /** Says how many tokens come; then {@link #quantize} for each of them. */
    void begin(int tokens) {
        this.tokens = tokens;
        for (PanelFold fold : folds) {
            fold.clear();
        }
    }

    void quantize(float[] values, int token) {
        int first = token / TOKENS * TOKENS;
        int width = width(first);
        int lane = token - first;
        int pair = pairsAt(first, 0) + lane;
        int scale = scalesAt(first, 0) + lane;
        for (int k = 0; k < columns; k += PanelFormat.SUB) {
            block(values, token * columns + k, pair, scale, width);
            pair += PanelFormat.SUB / 2 * width;
            scale += SCALES * width;
        }
    }

    private void block(float[] values, int at, int pair, int scale, int width) {
        float largest = largest(values, at);
        float d = largest / MAX;
        float inverse = d < TINY ? 0 : 1 / d;
        int half = half(values, at, inverse, pair, width);
        int other = half(values, at + PanelFormat.SUB / 2, inverse, pair + PanelFormat.SUB / 4 * width, width);
        scales[scale] = d < TINY ? 0 : d;
        scales[scale + SUM * width] = scales[scale] * (half + other);
        scales[scale + HALF_SUM * width] = scales[scale] * half;
        scales[scale + (HALF_SUM + SCALES / 2) * width] = scales[scale] * other;
    }

    /**
     * The pairs as weights of {@code bits} bits want them, for {@link #isFew few} tokens; see {@link PanelFold}. Made at
     * the first call after {@link #begin}; not for use by several threads at once.
     *
     * @param bits 2 to 6
     */
    int[] fold(int bits) {
        return folds[bits - 2].ints(this, width(0), columns);
    }

    /** Where in {@link #fold} the pairs of sub-block {@code sub} stand. */
    int foldAt(int sub) {
        return sub * (PanelFormat.SUB / 2) * width(0);
    }

    /** Where in {@link #fold} stands what centres unit {@code unit}, which is a sub-block for 4 bits. */
    int centreAt(int unit) {
        return (columns / 2 + unit) * width(0);
    }

    private int half(float[] values, int at, float inverse, int pair, int width) {
        int sum = 0;
        for (int i = 0; i < PanelFormat.SUB / 2; i += 2) {
            int a = Float.floatToRawIntBits(values[at + i] * inverse + ROUNDING) - ROUNDING_BITS;
            int b = Float.floatToRawIntBits(values[at + i + 1] * inverse + ROUNDING) - ROUNDING_BITS;
            sum += a + b;
            pairs[pair + i / 2 * width] = a & 0xffff | b << 16;
        }
        return sum;
    }

    /** By their bits, which are in the order of the magnitudes: vectors of floats went through boxes here. */
    private static float largest(float[] values, int at) {
        int largest = 0;
        for (int i = 0; i < PanelFormat.SUB; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values[at + i]) & MAGNITUDE);
        }
        return Float.intBitsToFloat(largest);
    }
}
