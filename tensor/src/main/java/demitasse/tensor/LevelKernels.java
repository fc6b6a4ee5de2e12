package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link LevelMatrix}, which has their layout. Levels are looked up in registers: with vectors of 512
 * bits by one permutation of all sixteen, with 256 as bytes, 32 at a time, or (for many tokens) by two permutations of eight.
 * With 128, or without vectors, by plain Java.
 */
final class LevelKernels {
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final VectorSpecies<Byte> B = VectorUnit.BYTES;
    private static final int LANES = I.length();

    /** Bytes, one a lane; there is no species shorter than 64 bits, but then {@link #VECTORS} is false. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    private static final int LEVELS = 16;
    private static final boolean WHOLE = LANES == LEVELS;

    private static final boolean VECTORS = Kernels.BEST instanceof VectorKernels && (WHOLE || LANES == LEVELS / 2);

    /**
     * Tokens that {@link Kernels#multiplyAdd} adds up column by column, as {@link #multiplyOne} does; the vectors' way with
     * fewer rows differs, the scalar one does not.
     */
    static final int TOGETHER = Kernels.BEST instanceof VectorKernels ? 3 : 1;

    private static final int PANEL = LevelMatrix.PANEL;
    private static final int SUB = LevelMatrix.SUB;
    private static final int SUB_INTS = LevelMatrix.SUB_INTS;

    /** Moves the bit that tells the upper eight levels from the lower to the sign. */
    private static final int UPPER = 28;

    /** The levels as the bits of floats. */
    private static final int[] TABLE = table();

    /** The levels, twice: which half of the vector an index chooses does not matter, nor a fifth bit of it. */
    private static final byte[] LEVEL_BYTES = levelBytes();

    private LevelKernels() {}

    private static byte[] levelBytes() {
        byte[] bytes = new byte[Math.max(2 * LEVELS, B.length())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = BlockIQ4_NL.LEVELS[i % LEVELS];
        }
        return bytes;
    }

    private static int[] table() {
        int[] table = new int[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            table[i] = Float.floatToRawIntBits(BlockIQ4_NL.LEVELS[i]);
        }
        return table;
    }

    /**
     * A panel times one token: {@code sums[row] = sum over sub-blocks of scale (sum of level x)}.
     *
     * @param scales [sub-block][32]
     * @param tile scratch for [32][32]
     */
    static void multiplyOne(
            int[] q, int at, float[] scales, int subs, float[] x, int xAt, float[] sums, int sumsAt, float[] tile) {
        if (!VECTORS) {
            plain(q, at, scales, subs, x, xAt, sums, sumsAt, tile);
            return;
        }
        for (int row = 0; row < PANEL; row += 2 * LANES) {
            if (WHOLE) {
                whole(q, at + row, scales, row, subs, x, xAt, sums, sumsAt + row);
            } else {
                halves(q, at + row, scales, row, subs, x, xAt, sums, sumsAt + row);
            }
        }
    }

    private static void plain(
            int[] q, int at, float[] scales, int subs, float[] x, int xAt, float[] sums, int sumsAt, float[] tile) {
        float[] part = new float[PANEL];
        for (int sub = 0; sub < subs; sub++) {
            widen(q, at + sub * SUB_INTS, tile);
            Arrays.fill(part, 0);
            for (int k = 0; k < SUB; k++) {
                float y = x[xAt + sub * SUB + k];
                for (int row = 0; row < PANEL; row++) {
                    part[row] = Math.fma(tile[k * PANEL + row], y, part[row]);
                }
            }
            addScaled(part, scales, sub * PANEL, 1, sums, sumsAt);
        }
    }

    /** Two vectors of 16 rows. */
    private static void whole(
            int[] q, int at, float[] scales, int scale, int subs, float[] x, int k, float[] sums, int sumsAt) {
        IntVector levels = IntVector.fromArray(I, TABLE, 0);
        FloatVector s = FloatVector.zero(F);
        FloatVector t = FloatVector.zero(F);
        for (int sub = 0; sub < subs; sub++) {
            FloatVector a = FloatVector.zero(F);
            FloatVector b = FloatVector.zero(F);
            for (int line = 0; line < SUB_INTS; line += PANEL) {
                IntVector v = IntVector.fromArray(I, q, at + line);
                IntVector w = IntVector.fromArray(I, q, at + line + LANES);
                FloatVector y = FloatVector.broadcast(F, x[k]);
                a = v.selectFrom(levels).reinterpretAsFloats().fma(y, a);
                b = w.selectFrom(levels).reinterpretAsFloats().fma(y, b);
                y = FloatVector.broadcast(F, x[k + 1]);
                a = v.lanewise(LSHR, 4).selectFrom(levels).reinterpretAsFloats().fma(y, a);
                b = w.lanewise(LSHR, 4).selectFrom(levels).reinterpretAsFloats().fma(y, b);
                y = FloatVector.broadcast(F, x[k + 2]);
                a = v.lanewise(LSHR, 8).selectFrom(levels).reinterpretAsFloats().fma(y, a);
                b = w.lanewise(LSHR, 8).selectFrom(levels).reinterpretAsFloats().fma(y, b);
                y = FloatVector.broadcast(F, x[k + 3]);
                a = v.lanewise(LSHR, 12)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, a);
                b = w.lanewise(LSHR, 12)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, b);
                y = FloatVector.broadcast(F, x[k + 4]);
                a = v.lanewise(LSHR, 16)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, a);
                b = w.lanewise(LSHR, 16)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, b);
                y = FloatVector.broadcast(F, x[k + 5]);
                a = v.lanewise(LSHR, 20)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, a);
                b = w.lanewise(LSHR, 20)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, b);
                y = FloatVector.broadcast(F, x[k + 6]);
                a = v.lanewise(LSHR, 24)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, a);
                b = w.lanewise(LSHR, 24)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, b);
                y = FloatVector.broadcast(F, x[k + 7]);
                a = v.lanewise(LSHR, 28)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, a);
                b = w.lanewise(LSHR, 28)
                        .selectFrom(levels)
                        .reinterpretAsFloats()
                        .fma(y, b);
                k += LevelMatrix.PER_INT;
            }
            s = a.fma(FloatVector.fromArray(F, scales, scale), s);
            t = b.fma(FloatVector.fromArray(F, scales, scale + LANES), t);
            at += SUB_INTS;
            scale += PANEL;
        }
        s.intoArray(sums, sumsAt);
        t.intoArray(sums, sumsAt + LANES);
    }

    /** Two vectors of 8 rows: 32 nibbles at a time become levels of 8 bits, and these floats. */
    private static void halves(
            int[] q, int at, float[] scales, int scale, int subs, float[] x, int k, float[] sums, int sumsAt) {
        ByteVector levels = ByteVector.fromArray(B, LEVEL_BYTES, 0);
        FloatVector s = FloatVector.zero(F);
        FloatVector t = FloatVector.zero(F);
        FloatVector y;
        for (int sub = 0; sub < subs; sub++) {
            FloatVector a = FloatVector.zero(F);
            FloatVector b = FloatVector.zero(F);
            for (int line = 0; line < SUB_INTS; line += PANEL) {
                IntVector v0 = IntVector.fromArray(I, q, at + line);
                IntVector v1 = IntVector.fromArray(I, q, at + line + LANES);
                IntVector e0 = v0.reinterpretAsBytes().selectFrom(levels).reinterpretAsInts();
                IntVector e1 = v1.reinterpretAsBytes().selectFrom(levels).reinterpretAsInts();
                IntVector o0 = v0.lanewise(LSHR, 4)
                        .reinterpretAsBytes()
                        .selectFrom(levels)
                        .reinterpretAsInts();
                IntVector o1 = v1.lanewise(LSHR, 4)
                        .reinterpretAsBytes()
                        .selectFrom(levels)
                        .reinterpretAsInts();
                y = FloatVector.broadcast(F, x[k]);
                a = ((FloatVector) e0.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) e1.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 1]);
                a = ((FloatVector) o0.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) o1.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 2]);
                a = ((FloatVector) e0.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) e1.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 3]);
                a = ((FloatVector) o0.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) o1.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 4]);
                a = ((FloatVector) e0.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) e1.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 5]);
                a = ((FloatVector) o0.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) o1.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 6]);
                a = ((FloatVector) e0.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) e1.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                y = FloatVector.broadcast(F, x[k + 7]);
                a = ((FloatVector) o0.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, a);
                b = ((FloatVector) o1.lanewise(ASHR, 24).convertShape(I2F, F, 0)).fma(y, b);
                k += LevelMatrix.PER_INT;
            }
            s = a.fma(FloatVector.fromArray(F, scales, scale), s);
            t = b.fma(FloatVector.fromArray(F, scales, scale + LANES), t);
            at += SUB_INTS;
            scale += PANEL;
        }
        s.intoArray(sums, sumsAt);
        t.intoArray(sums, sumsAt + LANES);
    }

    /** The levels of a sub-block: {@code out[column][32]}. */
    static void widen(int[] q, int at, float[] out) {
        if (!VECTORS) {
            for (int i = 0; i < SUB * PANEL; i++) {
                int column = i / PANEL;
                int eight = q[at + column / LevelMatrix.PER_INT * PANEL + i % PANEL];
                out[i] = BlockIQ4_NL.LEVELS[eight >>> 4 * (column % LevelMatrix.PER_INT) & 15];
            }
            return;
        }
        IntVector lower = IntVector.fromArray(I, TABLE, 0);
        IntVector upper = IntVector.fromArray(I, TABLE, LEVELS - LANES);
        for (int i = 0; i < SUB_INTS; i += LANES) {
            IntVector v = IntVector.fromArray(I, q, at + i);
            int to = i / PANEL * LevelMatrix.PER_INT * PANEL + i % PANEL;
            for (int k = 0; k < LevelMatrix.PER_INT; k++) {
                IntVector l = v.selectFrom(lower);
                if (!WHOLE) {
                    l = l.blend(v.selectFrom(upper), v.lanewise(LSHL, UPPER).compare(LT, 0));
                }
                l.reinterpretAsFloats().intoArray(out, to + k * PANEL);
                v = v.lanewise(LSHR, 4);
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

    /** {@code sums[token][row] += part[token][row] scales[row]}, fused. */
    static void addScaled(float[] part, float[] scales, int scalesAt, int tokens, float[] sums, int at) {
        if (!VECTORS) {
            for (int i = 0; i < tokens * PANEL; i++) {
                sums[at + i] = Math.fma(part[i], scales[scalesAt + i % PANEL], sums[at + i]);
            }
            return;
        }
        for (int row = 0; row < PANEL; row += LANES) {
            FloatVector scale = FloatVector.fromArray(F, scales, scalesAt + row);
            for (int i = row; i < tokens * PANEL; i += PANEL) {
                FloatVector.fromArray(F, part, i)
                        .fma(scale, FloatVector.fromArray(F, sums, at + i))
                        .intoArray(sums, at + i);
            }
        }
    }
}
