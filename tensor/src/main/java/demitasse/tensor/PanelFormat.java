package demitasse.tensor;

import demitasse.gguf.GgmlType;

/**
 * How the weights of one block type lie in a panel.
 *
 * <p>A panel is 16 rows. Along the columns it is cut into groups of 256 (the last one may be shorter, in steps of 32).
 * A group of n sub-blocks of 32 columns holds, in the order in which a mat-vec reads them, so that the processor's
 * prefetching sees one stream:
 *
 * <ol>
 *   <li>scales, each as a run of 16 rows. K-quants: n (Q2_K, Q3_K, Q6_K: 2 n) runs of bytes (for Q2_K with the minimum
 *       in the upper half), for Q4_K and Q5_K then n runs of bytes with the minima, then d and (all but Q3_K, Q6_K) dmin
 *       once, as 16-bit floats. Others: n runs of d, then (Q4_1, Q5_1) n runs of m, as 16-bit floats. Then padding to
 *       whole lines.
 *   <li>for each sub-block its lines of 64 bytes: for 5 bits a high line and four low lines; for 6 bits, twice, a high
 *       line and two low lines; for 4 bits four low lines; for 3 bits three; for 2 bits two.
 * </ol>
 *
 * Low line t of a sub-block has for row r and parity p, at 4 r + 2 p, one short with four nibbles; nibble i is the low
 * four bits of column 8 t + 2 i + p. A high line's short for (r, p) has the bits above for all low lines that follow it;
 * see {@link #highShift}. For 2 bits a low line serves 16 columns: the two low bits of each nibble are those of the
 * first eight columns, as above, the other two those of the next eight. For 3 bits the upper bit of each nibble is bit t of
 * column 24 + 2 i + p, so that most weights need no more than a mask.
 *
 * <p>So 512-bit vectors take a whole line, 256- and 128-bit ones a half or a quarter, and the panel is as large as the
 * GGUF blocks, except for the K-quants' scales (bytes here and six bits there; padding): 1 to 2.8 % more, 5.5 % for Q3_K.
 *
 * <p>All types become w = s q + o, with q an integer, s and o floats of a sub-block of a row. 5- and 6-bit q are taken
 * 16 and 32 lower than they stand, so that products with int8 fit sums of 16 bits:
 *
 * <ul>
 *   <li>2 bits, uncentred, 16 products: 3 x 127 x 16 = 6096; 3 bits, -4..3, likewise 8128
 *   <li>4 bits, 0..15, 16 products a lane: 15 x 127 x 16 = 30480
 *   <li>5 bits, -16..15, 16 products: 16 x 127 x 16 = 32512
 *   <li>6 bits, -32..31, 8 products: 32 x 127 x 8 = 32512; uncentred, 4 products: 63 x 127 x 4 = 32004
 * </ul>
 */
enum PanelFormat {
    Q2_K(GgmlType.Q2_K, 2, true),
    Q3_K(GgmlType.Q3_K, 3, true),
    Q4_0(GgmlType.Q4_0, 4, false),
    Q4_1(GgmlType.Q4_1, 4, false),
    Q5_0(GgmlType.Q5_0, 5, false),
    Q5_1(GgmlType.Q5_1, 5, false),
    Q4_K(GgmlType.Q4_K, 4, true),
    Q5_K(GgmlType.Q5_K, 5, true),
    Q6_K(GgmlType.Q6_K, 6, true);

    /** Rows of a panel. */
    static final int ROWS = 16;

    /** Columns of a sub-block, and of one activation scale. */
    static final int SUB = 32;

    /** Columns of a group. */
    static final int GROUP = 256;

    /** Sub-blocks of a whole group. */
    static final int GROUP_SUBS = GROUP / SUB;

    /** Bytes of a line: 16 rows x 2 columns x one short. */
    static final int LINE = 64;

    /** Bytes of a run of 16 half floats. */
    static final int HALVES = ROWS * Short.BYTES;

    /** Floats that the decoded scales of one sub-block take: 16 scales, then 16 offsets. */
    static final int SUB_SCALES = 2 * ROWS;

    /** Where d and minus dmin stand among the decoded scales of a group, if {@link #scalesGroups}: after all sub-blocks of 16 columns. */
    static final int GROUP_D = 2 * GROUP_SUBS * SUB_SCALES;

    /** Floats of the decoded scales of a group of any type. */
    static final int GROUP_SCALES = GROUP_D + SUB_SCALES;

    /** A 16-bit scale is kept with its exponent raised so that it is a normal number; see {@link #halfValue}. */
    static final int HALF_MASK = 0x8fffe000;

    static final int HALF_SHIFT = 13;
    private static final float HALF_REBIAS = 0x1p112f;

    private static final int LOW_BITS = 4;

    private final GgmlType type;
    private final int bits;
    private final boolean superBlocks;

    PanelFormat(GgmlType type, int bits, boolean superBlocks) {
        this.type = type;
        this.bits = bits;
        this.superBlocks = superBlocks;
    }

    /** The format for a type, or null where panels do not serve it. */
    static PanelFormat of(GgmlType type) {
        for (PanelFormat format : values()) {
            if (format.type == type) {
                return format;
            }
        }
        return null;
    }

    GgmlType type() {
        return type;
    }

    int bits() {
        return bits;
    }

    /** Whether scales are shared by 256 columns in part: the K-quants. */
    boolean superBlocks() {
        return superBlocks;
    }

    /** What is subtracted from the bits as they stand. */
    int centre() {
        return this == Q2_K ? 0 : 1 << (bits - 1);
    }

    /** Columns that share a scale: 16 for Q2_K, Q3_K and Q6_K, else 32. */
    int scaleColumns() {
        return this == Q2_K || this == Q3_K || this == Q6_K ? SUB / 2 : SUB;
    }

    /** Which row of {@link PanelInput#scales} has the sum of activations for the first minimum of 32 columns. */
    int minimumRow() {
        return scaleColumns() == SUB ? PanelInput.SUM : PanelInput.HALF_SUM;
    }

    /** Whether weights are unpacked in registers for so few tokens. */
    boolean fuses(int tokens) {
        return tokens == 1 || bits >= LOW_BITS && tokens <= PanelInput.TOKENS;
    }

    /** Whether a group's sum is multiplied by d, not each scale: most work is with the scales where weights have few bits. */
    boolean scalesGroups() {
        return bits < LOW_BITS;
    }

    /** Whether sub-blocks have minima, which are the offsets. */
    boolean offsets() {
        return this != Q3_K && this != Q6_K && this != Q5_0 && this != Q4_0;
    }

    /** Bytes of the scales of a group of {@code subs} sub-blocks; they stand first. */
    int scaleBytes(int subs) {
        int bytes = switch (this) {
            case Q4_0, Q5_0 -> subs * HALVES;
            case Q4_1, Q5_1 -> 2 * subs * HALVES;
            case Q2_K, Q4_K, Q5_K -> 2 * subs * ROWS + 2 * HALVES;
            case Q3_K, Q6_K -> 2 * subs * ROWS + HALVES;
        };
        return Math.ceilDiv(bytes, LINE) * LINE;
    }

    /** Bytes of the lines of a sub-block. */
    int subBytes() {
        return bits * LINE;
    }

    /** Low lines that share a high line. */
    int linesPerHigh() {
        return bits == 6 ? 2 : 4;
    }

    /** Bits of a weight in a low line. */
    int lowBits() {
        return Math.min(bits, LOW_BITS);
    }

    /** Where in its short the low bits stand of pair {@code nibble} of the eight columns {@code t}. */
    int lowShift(int t, int nibble) {
        return LOW_BITS * nibble + (bits == 2 ? t % 2 * 2 : 0);
    }

    /**
     * Where the low line for the eight columns {@code t} of sub-block {@code sub} stands, from the first line of its group; of
     * 3 bits the last eight columns have no line of their own.
     */
    int lowLine(int sub, int t) {
        return sub * subBytes()
                + switch (bits) {
                    case 2 -> t / 2 * LINE;
                    case 3, 4 -> t * LINE;
                    case 5 -> (1 + t) * LINE;
                    default -> (1 + t + t / 2) * LINE;
                };
    }

    /** Where the high line for that low line stands. */
    int highLine(int sub, int t) {
        return sub * subBytes() + (bits == 6 ? t / 2 * 3 * LINE : 0);
    }

    /** Bytes of a group of {@code subs} sub-blocks. */
    int groupBytes(int subs) {
        return scaleBytes(subs) + subs * subBytes();
    }

    /** Bytes of one panel. */
    long panelBytes(int columns) {
        int whole = columns / GROUP;
        int rest = columns % GROUP / SUB;
        return (long) whole * groupBytes(GROUP_SUBS) + (rest == 0 ? 0 : groupBytes(rest));
    }

    /** Columns of a matrix of this type come in steps of this. */
    int columnStep() {
        return superBlocks ? GROUP : SUB;
    }

    /**
     * Where in the short of a high line the extra bits of a pair stand. Kernels look at two nibbles of a low line at
     * once (the even or the odd ones, as the two bytes of a short), so the extra bits of pairs i and i + 2 stand 8 bits
     * apart: one shift and one mask bring both into place.
     *
     * @param line low line within those that the high line serves: 0..3 for 5 bits, 0..1 for 6
     * @param nibble 0..3
     */
    int highShift(int line, int nibble) {
        int step = bits - 4;
        return (2 * line + (nibble & 1)) * step + 8 * (nibble >> 1);
    }

    /**
     * The value of a scale as it stands in a panel: the bits of a 16-bit float whose exponent was raised at load, times
     * {@code up}, the power of two that takes this back. All are normal or zero, so that a shift and a mask make them
     * floats (subnormal 16-bit scales are common in trained K-quants, and subnormal floats are slow).
     */
    static float halfValue(short bits, float up) {
        return Float.intBitsToFloat((bits << HALF_SHIFT) & HALF_MASK) * up;
    }

    /** The factor for scales that were multiplied by 2^raise before they became 16 bits. */
    static float up(int raise) {
        return Math.scalb(HALF_REBIAS, -raise);
    }
}
