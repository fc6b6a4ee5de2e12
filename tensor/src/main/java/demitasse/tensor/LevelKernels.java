package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link LevelMatrix}, which has their layout. Levels are looked up in registers, as bytes, and become
 * shorts; with vectors of 128 bits, or without any, by plain Java, to a tile. All give the same bits: sums over 32 columns are exact
 * integers, in floats too, and the rest is done in the same order.
 *
 * <p>Bit budget: two products of a level and an activation are all that fits 16 bits (2 x 127 x 127 = 32258), so pairs are
 * added up as ints. With floats 32 products are 516,128 at most, below 2^24.
 */
final class LevelKernels {
    private static final VectorSpecies<Short> S = VectorUnit.SHORTS;
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final int LANES = I.length();

    /** Bytes that become a vector of shorts; there is no species shorter than 64 bits, but then {@link #VECTORS} is false. */
    private static final VectorSpecies<Byte> B =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Short.SIZE)));

    /** Bytes, one a lane; likewise. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    private static final int BYTES = B.length();
    private static final int LEVELS = 16;

    /** A vector of bytes holds the levels. */
    private static final boolean VECTORS = Kernels.BEST instanceof VectorKernels && B.length() >= LEVELS;

    /** For so many tokens {@link #multiplyOne} serves. */
    static final int FEW = VECTORS ? PanelInput.TOKENS : 0;

    private static final int PANEL = LevelMatrix.PANEL;
    private static final int SUB = LevelMatrix.SUB;
    private static final int TILE = LevelMatrix.TILE;
    private static final int SUB_BYTES = LevelMatrix.SUB_BYTES;
    private static final int LINE = LevelMatrix.LINE;
    private static final int LINES = LevelMatrix.LINES;

    /** The levels; where a vector has more bytes, twice, so that it does not matter which bit stands above an index. */
    private static final byte[] TABLE = table();

    private LevelKernels() {}

    private static byte[] table() {
        byte[] bytes = new byte[Math.max(LEVELS, B.length())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = BlockIQ4_NL.LEVELS[i % LEVELS];
        }
        return bytes;
    }

    /**
     * A panel, four vectors of rows, times one token: {@code sums[row] += sum over sub-blocks of scale (sum of level x)}. Four
     * sums, with all else that the inner loop needs, fit sixteen registers.
     *
     * @param scales [sub-block][PANEL]
     * @param x pairs of activations
     * @param xs their scales, one a sub-block
     */
    static void multiplyOne(
            byte[] q,
            int at,
            float[] scales,
            int subs,
            int[] x,
            int xAt,
            float[] xs,
            int xsAt,
            float[] sums,
            int sumsAt) {
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        int scale = 0;
        ByteVector v;
        IntVector i;
        for (int sub = 0; sub < subs; sub++) {
            IntVector a0 = IntVector.zero(I);
            IntVector a1 = IntVector.zero(I);
            IntVector a2 = IntVector.zero(I);
            IntVector a3 = IntVector.zero(I);
            for (int line = 0; line < LINES; line++) {
                ShortVector y = IntVector.broadcast(I, x[xAt]).reinterpretAsShorts();
                ShortVector z = IntVector.broadcast(I, x[xAt + LINES]).reinterpretAsShorts();
                v = ByteVector.fromArray(B, q, at);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                a0 = a0.add(i.lanewise(ASHR, Short.SIZE))
                        .add(i.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE));
                v = ByteVector.fromArray(B, q, at + BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                a1 = a1.add(i.lanewise(ASHR, Short.SIZE))
                        .add(i.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE));
                v = ByteVector.fromArray(B, q, at + 2 * BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                a2 = a2.add(i.lanewise(ASHR, Short.SIZE))
                        .add(i.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE));
                v = ByteVector.fromArray(B, q, at + 3 * BYTES);
                i = ((ShortVector) v.reinterpretAsInts()
                                .lanewise(LSHR, 4)
                                .reinterpretAsBytes()
                                .selectFrom(levels)
                                .convertShape(B2S, S, 0))
                        .mul(z)
                        .add(((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).mul(y))
                        .reinterpretAsInts();
                a3 = a3.add(i.lanewise(ASHR, Short.SIZE))
                        .add(i.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE));
                at += LINE;
                xAt++;
            }
            FloatVector k = FloatVector.broadcast(F, xs[xsAt + sub]);
            ((FloatVector) a0.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(FloatVector.fromArray(F, scales, scale), FloatVector.fromArray(F, sums, sumsAt))
                    .intoArray(sums, sumsAt);
            ((FloatVector) a1.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(
                            FloatVector.fromArray(F, scales, scale + LANES),
                            FloatVector.fromArray(F, sums, sumsAt + LANES))
                    .intoArray(sums, sumsAt + LANES);
            ((FloatVector) a2.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(
                            FloatVector.fromArray(F, scales, scale + 2 * LANES),
                            FloatVector.fromArray(F, sums, sumsAt + 2 * LANES))
                    .intoArray(sums, sumsAt + 2 * LANES);
            ((FloatVector) a3.convertShape(I2F, F, 0))
                    .mul(k)
                    .fma(
                            FloatVector.fromArray(F, scales, scale + 3 * LANES),
                            FloatVector.fromArray(F, sums, sumsAt + 3 * LANES))
                    .intoArray(sums, sumsAt + 3 * LANES);
            xAt += LINES;
            scale += PANEL;
        }
    }

    /** The levels of a sub-block: {@code out[row / TILE][column][row % TILE]}. */
    static void widen(byte[] q, int at, float[] out) {
        if (!VECTORS) {
            for (int i = 0; i < SUB * PANEL; i++) {
                int row = i / (SUB * TILE) * TILE + i % TILE;
                out[i] = BlockIQ4_NL.LEVELS[LevelMatrix.index(q, at, row, i / TILE % SUB)];
            }
            return;
        }
        ByteVector levels = ByteVector.fromArray(B, TABLE, 0);
        for (int row = 0; row < PANEL; row += LANES) {
            int from = at + 2 * row;
            int to = row / TILE * SUB * TILE + row % TILE;
            for (int line = 0; line < LINES; line++) {
                ByteVector v = ByteVector.fromArray(B, q, from);
                IntVector i = ((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).reinterpretAsInts();
                ((FloatVector) i.lanewise(LSHL, Short.SIZE)
                                .lanewise(ASHR, Short.SIZE)
                                .convertShape(I2F, F, 0))
                        .intoArray(out, to);
                ((FloatVector) i.lanewise(ASHR, Short.SIZE).convertShape(I2F, F, 0)).intoArray(out, to + TILE);
                v = v.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
                i = ((ShortVector) v.selectFrom(levels).convertShape(B2S, S, 0)).reinterpretAsInts();
                ((FloatVector) i.lanewise(LSHL, Short.SIZE)
                                .lanewise(ASHR, Short.SIZE)
                                .convertShape(I2F, F, 0))
                        .intoArray(out, to + SUB / 2 * TILE);
                ((FloatVector) i.lanewise(ASHR, Short.SIZE).convertShape(I2F, F, 0))
                        .intoArray(out, to + (SUB / 2 + 1) * TILE);
                from += LINE;
                to += 2 * TILE;
            }
        }
    }

    /** The scales of so many sub-blocks: {@code out[j][row] = out[0][row] in[j][row]}. */
    static void scales(byte[] in, int from, int count, float[] out, int to) {
        if (!VECTORS) {
            // The first run is the factor of the others, so it comes last.
            for (int i = count * PANEL - 1; i >= 0; i--) {
                out[to + i] = out[to + i % PANEL] * in[from + i];
            }
            return;
        }
        for (int row = 0; row < PANEL; row += LANES) {
            FloatVector d = FloatVector.fromArray(F, out, to + row);
            for (int i = row; i < count * PANEL; i += PANEL) {
                ((FloatVector) ByteVector.fromArray(ROW_BYTES, in, from + i)
                                .convertShape(B2I, I, 0)
                                .convertShape(I2F, F, 0))
                        .mul(d)
                        .intoArray(out, to + i);
            }
        }
    }

    /**
     * {@code sums[token][row] += part[token][row] x[token] scales[row]}, the last product fused.
     *
     * @param xStep from one token's {@code x} to the next
     */
    static void addScaled(
            float[] part,
            int tokens,
            float[] scales,
            int scale,
            float[] x,
            int xAt,
            int xStep,
            float[] sums,
            int sumsAt) {
        if (!VECTORS) {
            for (int i = 0; i < tokens * PANEL; i++) {
                float p = part[i] * x[xAt + i / PANEL * xStep];
                sums[sumsAt + i] = Math.fma(p, scales[scale + i % PANEL], sums[sumsAt + i]);
            }
            return;
        }
        for (int row = 0; row < PANEL; row += 2 * LANES) {
            FloatVector s = FloatVector.fromArray(F, scales, scale + row);
            FloatVector t = FloatVector.fromArray(F, scales, scale + row + LANES);
            int from = row;
            for (int token = 0; token < tokens; token++) {
                int to = sumsAt + from;
                FloatVector k = FloatVector.broadcast(F, x[xAt + token * xStep]);
                FloatVector.fromArray(F, part, from)
                        .mul(k)
                        .fma(s, FloatVector.fromArray(F, sums, to))
                        .intoArray(sums, to);
                FloatVector.fromArray(F, part, from + LANES)
                        .mul(k)
                        .fma(t, FloatVector.fromArray(F, sums, to + LANES))
                        .intoArray(sums, to + LANES);
                from += PANEL;
            }
        }
    }
}
