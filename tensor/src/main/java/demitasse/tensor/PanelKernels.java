package demitasse.tensor;

/**
 * The inner loops over panels. Two twins exist, {@link PanelVectors} and {@link PanelScalars}; they give the same bits,
 * because sums of products are exact integers and the floats are made by the same operations in the same order:
 *
 * <pre>
 * for each sub-block: sum = fma(float(integer sum) x activation scale, s, sum)
 * for each sub-block: offset = fma(activation sum, o, offset), from zero
 * sum = sum + offset
 * </pre>
 *
 * for each group of sub-blocks in turn. Where {@link PanelFormat#scalesGroups} s and o are whole numbers and sums of a group begin
 * at zero:
 *
 * <pre>
 * for each sub-block: part = fma(float(integer sum) x activation scale, s, part)
 * sum = fma(part, d, sum)
 * for each sub-block: offset = fma(activation sum, o, offset)
 * sum = fma(offset, -dmin, sum)
 * </pre>
 *
 * So neither the vector width nor the number of tokens changes a result.
 */
interface PanelKernels {
    /** Ints in the shortest vectors that the SIMD twin knows. */
    int MIN_LANES = 4;

    /** What this machine runs best. */
    PanelKernels BEST = best();

    private static PanelKernels best() {
        if (PanelVectors.LANES >= MIN_LANES) {
            return new PanelVectors();
        }
        System.getLogger("demitasse")
                .log(
                        System.Logger.Level.WARNING,
                        "No vectors of 128 bits or more: weights are multiplied by scalar code, tens of times slower."
                                + " Run on a 64-bit HotSpot JVM without -Xint, -XX:-EnableVectorSupport or -XX:UseSSE below 4.");
        return new PanelScalars();
    }

    /**
     * Decodes the scales of a group: for each sub-block (of 16 columns for Q6_K) 16 scales s, then 16 offsets o, to
     * which q's centre is added, times s (left alone where {@link PanelFormat#offsets} is false), at {@code scales[scalesAt ..]}.
     * Where {@link PanelFormat#scalesGroups} these are whole numbers, and d and minus dmin follow from {@link PanelFormat#GROUP_D} on.
     *
     * @param at where the group begins in {@code data}
     * @param subs sub-blocks of 32 columns in the group
     * @param up see {@link PanelFormat#halfValue}
     */
    void scales(PanelFormat format, byte[] data, int at, int subs, float up, float[] scales, int scalesAt);

    /** How many panels {@link #dot} likes to have with one token, at most {@link PanelScratch#ALONE_PANELS}. */
    int panelsAlone();

    /**
     * The products of neighbouring panels' rows with all tokens, unpacking in registers, to {@code scratch.sums[32 token +
     * row]}: up to {@link PanelScratch#ALONE_PANELS} with one token, else {@link PanelScratch#TILE_PANELS}.
     *
     * @param at where the first panel begins in {@code data}
     * @param up see {@link PanelFormat#halfValue}, the first panel's at {@code first}
     * @param subs sub-blocks of 32 columns in a row
     * @param input quantised activations, not {@link PanelInput#whole}, {@link PanelInput#fold folded}
     */
    void dot(
            PanelFormat format,
            byte[] data,
            int at,
            int panels,
            float[] up,
            int first,
            int subs,
            PanelScratch scratch,
            PanelInput input);

    /**
     * Unpacks a group of a tile's panels to shorts, centred, as {@link #gemm} wants them for this input: to {@code scratch.tile}.
     *
     * @param at where the group of the first panel begins in {@code data}
     * @param panelBytes from there to that of the second
     * @param panels 1 or 2
     */
    void unpack(
            PanelFormat format,
            byte[] data,
            int at,
            int panelBytes,
            int panels,
            int subs,
            PanelScratch scratch,
            PanelInput input);

    /**
     * Adds a group's part of the products of a tile (two panels) with a group of four tokens to {@code sums[sumsAt + 32 token +
     * row]}.
     *
     * @param scratch tile and scales, unpacked
     * @param input {@link PanelInput#whole}
     * @param first the first token
     */
    void gemm(PanelFormat format, int subs, PanelScratch scratch, PanelInput input, int sub, int first, int sumsAt);
}
