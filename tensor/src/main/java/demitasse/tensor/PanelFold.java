package demitasse.tensor;

/**
 * The pairs of a {@link PanelInput} in the form in which weights of few bits need no masks. Take 4 bits: an int of a low
 * line has eight nibbles n[0..7] of one row, four even columns, then four odd ones. Shifted right by 4 i it is u[i], and
 * n[i] = u[i] - 16 u[i + 1], so that
 *
 * <pre>sum of n[i] y[i] = sum of u[i] (y[i] - 16 y[i - 1])  modulo 2^16</pre>
 *
 * where u[i] for i of 4 and more is the upper half of u[i - 4]. The true sum fits 16 bits, so nothing is lost. Three bits
 * are put together as nibbles; two bits stand in 16 fields, so that 4 takes the place of 16.
 *
 * <p>[columns / 16 for 2 and 3 bits, 32 for 4][1 + pairs][width]: first stands what centres the weights, minus the centre
 * times the sum of the integers, in the lower half of an int.
 */
final class PanelFold {
    /** The most bits of weights that are multiplied so. */
    static final int BITS = 4;

    /** Ints of a sub-block of 32 columns for 4 bits, and of one of 16 for 2 and 3. */
    static final int INTS = 1 + PanelFormat.SUB / 2;

    static final int HALF_INTS = 1 + PanelFormat.SUB / 4;

    /** Pairs in one int of a low line of nibbles, and of two bits. */
    private static final int NIBBLES = 4;

    private static final int FIELDS = 8;

    private final int bits;
    private int[] ints = {};
    private boolean ready;

    PanelFold(int bits) {
        this.bits = bits;
    }

    void clear() {
        ready = false;
    }

    int[] ints(PanelInput in, int width, int columns) {
        if (!ready) {
            int pairs = bits == BITS ? PanelFormat.SUB / 2 : PanelFormat.SUB / 4;
            int subs = columns / (2 * pairs);
            int size = subs * (1 + pairs) * width;
            if (ints.length < size) {
                ints = new int[size];
            }
            for (int sub = 0; sub < subs; sub++) {
                for (int token = 0; token < width; token++) {
                    sub(in, sub, pairs, width, token);
                }
            }
            ready = true;
        }
        return ints;
    }

    private void sub(PanelInput in, int sub, int pairs, int width, int token) {
        int to = sub * (1 + pairs) * width + token;
        int from = sub * pairs * width + token;
        ints[to] = -centre() * sum(in, sub, width, token) & 0xffff;
        int run = bits == 2 ? FIELDS : NIBBLES;
        int step = bits == 2 ? 2 : BITS;
        for (int pair = 0; pair < pairs; pair += run) {
            int before = in.pairs[from + (pair + run - 1) * width] << 16;
            for (int i = 0; i < run; i++) {
                int next = in.pairs[from + (pair + order(i)) * width];
                int even = next - (before << step);
                int odd = (next >> 16) - (before >> 16 << step);
                to += width;
                ints[to] = even & 0xffff | odd << 16;
                before = next;
            }
        }
    }

    private int centre() {
        return bits == 2 ? 0 : 1 << (bits - 1);
    }

    private int sum(PanelInput in, int sub, int width, int token) {
        if (bits < BITS) {
            return in.sums[sub * width + token];
        }
        return in.sums[2 * sub * width + token] + in.sums[(2 * sub + 1) * width + token];
    }

    /** Which pair stands at field {@code i} of an int: of two bits, those of two runs of nibbles in turn. */
    private int order(int i) {
        return bits == 2 ? i / 2 + NIBBLES * (i % 2) : i;
    }
}
