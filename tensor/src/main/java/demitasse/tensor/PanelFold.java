package demitasse.tensor;

/**
 * The pairs of a {@link PanelInput} in the form in which weights of few bits need no masks, or fewer. Take 4 bits: an int
 * of a low line has eight nibbles n[0..7] of one row, four even columns, then four odd ones. Shifted right by 4 i it is
 * u[i], and n[i] = u[i] - 16 u[i + 1], so that
 *
 * <pre>sum of n[i] y[i] = sum of u[i] (y[i] - 16 y[i - 1])  modulo 2^16</pre>
 *
 * where u[i] for i of 4 and more is the upper half of u[i - 4]. The true sum fits 16 bits, so nothing is lost. Three bits
 * are put together as nibbles; two bits stand in 16 fields, so that 4 takes the place of 16.
 *
 * <p>Five and six bits are put together as bytes, two in a short: u[0] is the short, u[1] its upper byte, and each short
 * is folded by itself, since only the sum of one short's columns fits 16 bits.
 *
 * <p>[unit][pairs][width], where a unit is as many columns as have sums of 16 bits: 32 for 4 and 5 bits, else 16. Then
 * [unit][width] what centres the weights, minus the centre times the sum of the integers: in the lower half of an int, or
 * for 5 and 6 bits in each half for its columns.
 */
final class PanelFold {
    /** Units of a sub-block of 6 bits. */
    static final int UNITS_6 = 2;

    /** Pairs that have nibbles in one low line. */
    private static final int NIBBLES = 4;

    private final int bits;
    /** Column pairs of a unit, pairs that have fields in one int of weights, and bits from field to field. */
    private final int pairs;

    private final int run;
    private final int step;
    private int[] ints = {};
    private boolean ready;

    PanelFold(int bits) {
        this.bits = bits;
        this.pairs = bits == 4 || bits == 5 ? PanelFormat.SUB / 2 : PanelFormat.SUB / 4;
        this.run = bits == 2 ? 2 * NIBBLES : bytes() ? NIBBLES / 2 : NIBBLES;
        this.step = bits == 2 ? 2 : bytes() ? Byte.SIZE : 4;
    }

    void clear() {
        ready = false;
    }

    int[] ints(PanelInput in, int width, int columns) {
        if (!ready) {
            int units = columns / (2 * pairs);
            int centres = columns / 2 * width;
            int size = centres + units * width;
            if (ints.length < size) {
                ints = new int[size];
            }
            for (int unit = 0; unit < units; unit++) {
                for (int token = 0; token < width; token++) {
                    unit(in, unit, width, token);
                    ints[centres + unit * width + token] = centres(in, unit, width, token);
                }
            }
            ready = true;
        }
        return ints;
    }

    private int centres(PanelInput in, int unit, int width, int token) {
        int from = unit * pairs * width + token;
        int even = 0;
        int odd = 0;
        for (int pair = 0; pair < pairs; pair++) {
            int next = in.pairs[from + pair * width];
            even += (short) next;
            odd += next >> 16;
        }
        return bytes() ? -centre() * even & 0xffff | -centre() * odd << 16 : -centre() * (even + odd) & 0xffff;
    }

    private void unit(PanelInput in, int unit, int width, int token) {
        int from = unit * pairs * width + token;
        int to = from;
        for (int first = 0; first < pairs; first += run) {
            int before = bytes() ? 0 : in.pairs[from + pair(first + run - 1) * width] << 16;
            for (int i = first; i < first + run; i++) {
                int next = in.pairs[from + pair(i) * width];
                int even = next - (before << step);
                int odd = (next >> 16) - (before >> 16 << step);
                ints[to] = even & 0xffff | odd << 16;
                to += width;
                before = next;
            }
        }
    }

    private boolean bytes() {
        return bits > NIBBLES;
    }

    private int centre() {
        return bits == 2 ? 0 : 1 << (bits - 1);
    }

    /** Which pair of a unit has field {@code i}: of two bits, those of two runs of nibbles in turn. */
    private int pair(int i) {
        return switch (bits) {
            case 2 -> i % 8 / 2 + NIBBLES * (i % 2);
            case 5, 6 -> i / NIBBLES * NIBBLES + i % NIBBLES / 2 + 2 * (i % 2);
            default -> i;
        };
    }
}
