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
 * <p>Parameters: {@code data} at {@code at} the group's low bits and at {@code high} its high bits; {@code s} the decoded
 * scales; {@code x}, {@code xs} and {@code isums} the token's pairs, scales and integer sums from the group's first
 * column on; {@code row} the vector's first row.
 */
final class PanelDot {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int SCALES = PanelFormat.SUB_SCALES;
    private static final int PAIRS = PanelFormat.SUB / 2;
    private static final short NIBBLES = 0x0f0f;
    private static final short BYTE = 0xff;

    private PanelDot() {}

    /** 0..15: all 16 products of a lane fit, so the two accumulators (for the pipeline) are added as shorts. */
    static void bits4(
            byte[] data, int at, int subs, float[] s, int[] x, int xAt, float[] xs, int xsAt, float[] sums, int row) {
        FloatVector sum = FloatVector.fromArray(F, sums, row);
        int q = at + 4 * row;
        for (int j = 0; j < subs; j++) {
            ShortVector a = ShortVector.zero(S);
            ShortVector b = ShortVector.zero(S);
            for (int t = 0; t < 4; t++) {
                ShortVector v = ByteVector.fromArray(B, data, q).reinterpretAsShorts();
                a = a.add(v.and((short) 15).mul(IntVector.broadcast(I, x[xAt]).reinterpretAsShorts()));
                b = b.add(v.lanewise(LSHR, 4)
                        .and((short) 15)
                        .mul(IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts()));
                a = a.add(v.lanewise(LSHR, 8)
                        .and((short) 15)
                        .mul(IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts()));
                b = b.add(v.lanewise(LSHR, 12)
                        .mul(IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts()));
                q += LINE;
                xAt += 4;
            }
            IntVector i = a.add(b).reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            sum = ((FloatVector) i.convert(I2F, 0))
                    .mul(xs[xsAt])
                    .fma(FloatVector.fromArray(F, s, j * SCALES + row), sum);
            sum = FloatVector.broadcast(F, xs[xsAt + 1]).fma(FloatVector.fromArray(F, s, j * SCALES + ROWS + row), sum);
            xsAt += 2;
        }
        sum.intoArray(sums, row);
    }

    /** 0..31, eight products in each of two accumulators; centred afterwards through the sum of the activations. */
    static void bits5(
            byte[] data,
            int at,
            int high,
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
        int r = high + 4 * row;
        short bit = 0x1010;
        for (int j = 0; j < subs; j++) {
            ShortVector h = ByteVector.fromArray(B, data, r).reinterpretAsShorts();
            ShortVector a = ShortVector.zero(S);
            ShortVector b = ShortVector.zero(S);
            ShortVector v = ByteVector.fromArray(B, data, q).reinterpretAsShorts();
            ShortVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(bit));
            ShortVector o =
                    v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(bit));
            a = a.add(e.and(BYTE).mul(IntVector.broadcast(I, x[xAt]).reinterpretAsShorts()));
            b = b.add(o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts()));
            a = a.add(e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts()));
            b = b.add(o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts()));
            v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsShorts();
            e = v.and(NIBBLES).or(h.lanewise(LSHL, 2).and(bit));
            o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 1).and(bit));
            a = a.add(e.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts()));
            b = b.add(o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts()));
            a = a.add(e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts()));
            b = b.add(o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts()));
            v = ByteVector.fromArray(B, data, q + 2 * LINE).reinterpretAsShorts();
            e = v.and(NIBBLES).or(h.and(bit));
            o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 1).and(bit));
            a = a.add(e.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 8]).reinterpretAsShorts()));
            b = b.add(o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 9]).reinterpretAsShorts()));
            a = a.add(
                    e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 10]).reinterpretAsShorts()));
            b = b.add(
                    o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 11]).reinterpretAsShorts()));
            v = ByteVector.fromArray(B, data, q + 3 * LINE).reinterpretAsShorts();
            e = v.and(NIBBLES).or(h.lanewise(LSHR, 2).and(bit));
            o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 3).and(bit));
            a = a.add(e.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 12]).reinterpretAsShorts()));
            b = b.add(o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 13]).reinterpretAsShorts()));
            a = a.add(
                    e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 14]).reinterpretAsShorts()));
            b = b.add(
                    o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 15]).reinterpretAsShorts()));
            q += 4 * LINE;
            r += LINE;
            xAt += PAIRS;
            IntVector i = a.reinterpretAsInts();
            IntVector k = b.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = k.lanewise(LSHL, 16).lanewise(ASHR, 16).add(k.lanewise(ASHR, 16));
            i = i.add(k).sub((isums[isumsAt] + isums[isumsAt + 1]) << 4);
            isumsAt += 2;
            sum = ((FloatVector) i.convert(I2F, 0))
                    .mul(xs[xsAt])
                    .fma(FloatVector.fromArray(F, s, j * SCALES + row), sum);
            sum = FloatVector.broadcast(F, xs[xsAt + 1]).fma(FloatVector.fromArray(F, s, j * SCALES + ROWS + row), sum);
            xsAt += 2;
        }
        sum.intoArray(sums, row);
    }

    /** 0..63, four products in each of two accumulators, 16 columns at a time; centred afterwards. */
    static void bits6(
            byte[] data,
            int at,
            int high,
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
        int r = high + 4 * row;
        short bit = 0x3030;
        for (int j = 0; j < 2 * subs; j++) {
            ShortVector h = ByteVector.fromArray(B, data, r).reinterpretAsShorts();
            ShortVector v = ByteVector.fromArray(B, data, q).reinterpretAsShorts();
            ShortVector e = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(bit));
            ShortVector o =
                    v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(bit));
            ShortVector a = e.and(BYTE).mul(IntVector.broadcast(I, x[xAt]).reinterpretAsShorts());
            ShortVector b = o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 1]).reinterpretAsShorts());
            a = a.add(e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 2]).reinterpretAsShorts()));
            b = b.add(o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 3]).reinterpretAsShorts()));
            v = ByteVector.fromArray(B, data, q + LINE).reinterpretAsShorts();
            e = v.and(NIBBLES).or(h.and(bit));
            o = v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHR, 2).and(bit));
            a = a.add(e.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 4]).reinterpretAsShorts()));
            b = b.add(o.and(BYTE).mul(IntVector.broadcast(I, x[xAt + 5]).reinterpretAsShorts()));
            a = a.add(e.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 6]).reinterpretAsShorts()));
            b = b.add(o.lanewise(LSHR, 8).mul(IntVector.broadcast(I, x[xAt + 7]).reinterpretAsShorts()));
            q += 2 * LINE;
            r += LINE;
            xAt += PAIRS / 2;
            IntVector i = a.reinterpretAsInts();
            IntVector k = b.reinterpretAsInts();
            i = i.lanewise(LSHL, 16).lanewise(ASHR, 16).add(i.lanewise(ASHR, 16));
            k = k.lanewise(LSHL, 16).lanewise(ASHR, 16).add(k.lanewise(ASHR, 16));
            i = i.add(k).sub(isums[isumsAt] << 5);
            isumsAt++;
            sum = ((FloatVector) i.convert(I2F, 0))
                    .mul(xs[xsAt + (j & ~1)])
                    .fma(FloatVector.fromArray(F, s, j * SCALES + row), sum);
        }
        sum.intoArray(sums, row);
    }
}
