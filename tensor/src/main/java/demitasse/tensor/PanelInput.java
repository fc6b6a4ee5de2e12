package demitasse.tensor;

/**
 * Activations as the panel kernels want them: int8 with one float scale for each 32 columns of a token. (llama.cpp
 * takes one for 256 where the weights are K-quants, which costs twice the error.)
 *
 * <p>Tokens lie in groups of four; all arrays run through the columns with the tokens of a group side by side. Few tokens may
 * have a narrower group ({@link #width}). Two neighbouring columns are two shorts in one int, to be broadcast together.
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

    /** [group][columns][4]: a column of a token twice, for whole groups; made with the first of them. */
    int[] twins = {};

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
    private final LevelInput levels = new LevelInput();
    private int tokens;
    private boolean whole;

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

    /** Whether all groups are of four, where weights are unpacked to memory; else weights are unpacked in registers. */
    boolean whole() {
        return whole;
    }

    /** The width of groups: 4, of which the last may be unused and hold what was there before, or 1 or 2. */
    int width() {
        return whole || tokens > 2 ? TOKENS : tokens;
    }

    /** Where the pairs of the group that begins with token {@code first} stand for sub-block {@code sub}. */
    int pairsAt(int first, int sub) {
        return first * (columns / 2) + sub * (PanelFormat.SUB / 2) * width();
    }

    int twinsAt(int first, int sub) {
        return 2 * pairsAt(first, sub);
    }

    int scalesAt(int first, int sub) {
        return first * (columns / PanelFormat.SUB) * SCALES + sub * SCALES * width();
    }

    /**
     * Says how many tokens come; then {@link #quantize} for each of them.
     *
     * @param whole whether groups are of four whatever their number; must be so for more than {@link #TOKENS}
     */
    void begin(int tokens, boolean whole) {
        this.tokens = tokens;
        this.whole = whole;
        if (whole && twins.length == 0) {
            twins = new int[Math.multiplyExact(2, pairs.length)];
        }
        for (PanelFold fold : folds) {
            fold.clear();
        }
        levels.clear();
    }

    void quantize(float[] values, int token) {
        int first = token / TOKENS * TOKENS;
        int width = width();
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

    /** The form for {@link LevelMatrix}; made at the first call after {@link #begin}, not for use by several threads at once. */
    LevelInput levels() {
        return levels.of(this, columns);
    }

    /**
     * The pairs as weights of {@code bits} bits want them, for few tokens; see {@link PanelFold}. Made at
     * the first call after {@link #begin}; not for use by several threads at once.
     *
     * @param bits 2 to 6
     */
    int[] fold(int bits) {
        return folds[bits - 2].ints(this, width(), columns);
    }

    /** Where in {@link #fold} the pairs of sub-block {@code sub} stand. */
    int foldAt(int sub) {
        return sub * (PanelFormat.SUB / 2) * width();
    }

    /** Where in {@link #fold} stands what centres unit {@code unit}, which is a sub-block for 4 bits. */
    int centreAt(int unit) {
        return (columns / 2 + unit) * width();
    }

    private int half(float[] values, int at, float inverse, int pair, int width) {
        int sum = 0;
        for (int i = 0; i < PanelFormat.SUB / 2; i += 2) {
            int a = Float.floatToRawIntBits(values[at + i] * inverse + ROUNDING) - ROUNDING_BITS;
            int b = Float.floatToRawIntBits(values[at + i + 1] * inverse + ROUNDING) - ROUNDING_BITS;
            sum += a + b;
            int to = pair + i / 2 * width;
            pairs[to] = a & 0xffff | b << 16;
            if (whole) {
                int twin = 2 * to - to % TOKENS;
                twins[twin] = a & 0xffff | a << 16;
                twins[twin + TOKENS] = b & 0xffff | b << 16;
            }
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
