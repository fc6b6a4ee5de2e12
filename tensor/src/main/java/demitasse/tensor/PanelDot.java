package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one vector of rows with one token, the weights unpacked in registers: what generation does.
 *
 * <p>Parameters: {@code data} at {@code at} the group's lines; {@code s} the decoded
 * scales; {@code x}, {@code xs} and {@code isums} the token's pairs, scales and integer sums from the group's first
 * column on; {@code row} the vector's first row.
 *
 * <p>Shifts are those of ints, followed by a mask: C2 has them with the count in the instruction, which it lacks for
 * shorts. Broadcasts are statements of their own: C2 then reads them straight from memory.
 */
final class PanelDot {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;

    private static final int LINE = PanelFormat.LINE;
    private static final int SCALES = PanelFormat.SUB_SCALES;
    private static final int PAIRS = PanelFormat.SUB / 2;

    /** The lowest nibble of each short, all even nibbles, the low byte of each short, and high bits in their place. */
    private static final int NIBBLE = 0x000f000f;

    private static final int NIBBLES = 0x0f0f0f0f;
    private static final int BYTE = 0x00ff00ff;
    private static final int HIGH_6 = 0x30303030;

    private PanelDot() {}

    /** 0..15: all 16 products of a lane fit, so the two accumulators (for the pipeline) are added as shorts. */
    static void bits4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        FloatVector sum = FloatVector.fromArray(F, sums, row);
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            IntVector v = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            ShortVector a = v.and(NIBBLE).reinterpretAsShorts().mul(y);
            y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
            ShortVector b =
                    v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts().mul(y);
            y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
            a = a.add(v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts().mul(y));
            v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
            y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
            a = a.add(v.and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
            a = a.add(v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts().mul(y));
            v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
            y = IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts();
            a = a.add(v.and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts();
            a = a.add(v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts().mul(y));
            v = ByteVector.fromArray(B, data, q + 3 * LINE).reinterpretAsInts();
            y = IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts();
            a = a.add(v.and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 4).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts();
            a = a.add(v.lanewise(LSHR, 8).and(NIBBLE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts();
            b = b.add(v.lanewise(LSHR, 12).and(NIBBLE).reinterpretAsShorts().mul(y));
            q += 4 * LINE;
            xAt += PAIRS;
            IntVector i = a.add(b).reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(FloatVector.broadcast(F, xs[xsAt]));
            sum = f.fma(FloatVector.fromArray(F, s, j * SCALES + row), sum);
            xsAt += 2;
        }
        sum.intoArray(sums, row);
    }

    /** 0..63, four products in each of two accumulators, 16 columns at a time; centred afterwards. */
    static void bits6(
            byte[] data,
            int at,
            int subs,
            float[] s,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            int[] isums,
            int isumsAt,
            float[] sums,
            int row) {
        FloatVector sum = FloatVector.fromArray(F, sums, row);
        int q = at + 4 * row;

        for (int j = 0; j < 2 * subs; j++) {
            IntVector h = ByteVector.fromArray(B, data, q).reinterpretAsInts();
            IntVector v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsInts();
            IntVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(HIGH_6));
            IntVector o =
                    v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(HIGH_6));
            ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
            ShortVector a = e.and(BYTE).reinterpretAsShorts().mul(y);
            y = IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts();
            ShortVector b = o.and(BYTE).reinterpretAsShorts().mul(y);
            y = IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts();
            a = a.add(e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts();
            b = b.add(o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
            v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsInts();
            e = v.and(NIBBLES).or(h.and(HIGH_6));
            o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 2).and(HIGH_6));
            y = IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts();
            a = a.add(e.and(BYTE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts();
            b = b.add(o.and(BYTE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts();
            a = a.add(e.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
            y = IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts();
            b = b.add(o.lanewise(LSHR, 8).and(BYTE).reinterpretAsShorts().mul(y));
            IntVector i = a.reinterpretAsInts();
            IntVector k = b.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = k.lanewise(LSHL, 16).lanewise(ASHR, 16).add(k.lanewise(ASHR, 16));
            i = i.add(k).sub(IntVector.broadcast(I, isums[isumsAt] << 5));
            FloatVector f = ((FloatVector) i.convert(I2F, 0)).mul(FloatVector.broadcast(F, xs[xsAt + (j & ~1)]));
            sum = f.fma(FloatVector.fromArray(F, s, j * SCALES + row), sum);
            q += 3 * LINE;
            xAt += PAIRS / 2;
            isumsAt++;
        }
        sum.intoArray(sums, row);
    }
}
