package demitasse.tensor;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The SIMD twin, for vectors of 128, 256 and 512 bits: decoding of scales and quants. Products are in other files. */
final class PanelVectors implements PanelKernels {
    private static final VectorSpecies<Short> S = VectorUnit.SHORTS;
    private static final VectorSpecies<Integer> I = VectorUnit.INTS;
    private static final VectorSpecies<Float> F = VectorUnit.FLOATS;
    private static final VectorSpecies<Byte> B = VectorUnit.BYTES;

    /** Rows in a vector. */
    static final int LANES = I.length();

    /** Bytes or shorts, one a row. No species is shorter than 64 bits, so 128-bit vectors read a few more. */
    private static final VectorSpecies<Byte> ROW_BYTES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    private static final VectorSpecies<Byte> ROW_HALVES =
            VectorUnit.BYTES.withShape(VectorShape.forBitSize(Math.max(64, LANES * Short.SIZE)));

    private static final int ROWS = PanelFormat.ROWS;
    private static final int LINE = PanelFormat.LINE;
    private static final int STEP = PanelFormat.SUB_SCALES;

    /** Shorts in a vector, and bytes of a line that one vector takes. */
    private static final int SHORTS = S.length();

    private static final int BYTES = 2 * SHORTS;

    private static final int NIBBLES = 0x0f0f0f0f;
    private static final int BYTE = 0x00ff00ff;
    private static final int NIBBLE = 0x000f000f;

    /** One field of two bits in each short. */
    private static final int PAIR = 0x00030003;

    /** Three bits in each short. */
    private static final int TRIPLE = 0x00070007;

    private static final int LOW_HALF = 0xffff;
    private static final int HIGH_HALF = ~LOW_HALF;

    /** Whether two vectors hold no more rows than two panels have: then {@link PanelGemm#rows} serves 4 bits. */
    private static final boolean ROW_LANES = 2 * LANES <= ROWS;

    /** Factors of offsets that have theirs already. */
    private static final float[] ONES = ones();

    /** Up to so many tokens have lanes of pairs with all weights. */
    private static final int PAIRS_TOKENS = 8;

    /** Vectors of rows that 4-bit weights of one token take at a time. */
    private static final int ALONE_VECTORS = 4;

    private static float[] ones() {
        float[] ones = new float[LANES];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public void scales(PanelFormat format, byte[] data, int at, int subs, float up, float[] scales, int scalesAt) {
        switch (format) {
            case Q2_K -> scales2(data, at, up, scales, scalesAt);
            case Q4_K, Q5_K -> superScales(data, at, up, format.centre(), scales, scalesAt);
            case Q3_K -> scales3(data, at, up, scales, scalesAt);
            case Q6_K -> scales6(data, at, up, scales, scalesAt);
            case Q4_1, Q5_1 -> scalesAndOffsets(data, at, subs, up, format.centre(), scales, scalesAt);
            case Q4_0, Q5_0 -> scalesOnly(data, at, subs, up, scales, scalesAt);
        }
    }

    /*
     * Written out: a vector that is given to a call, or comes from one, takes memory where C2 does not inline that call,
     * and when these methods are compiled, which is early, it decides that differently from start to start.
     */

    private static void superScales(byte[] data, int at, float up, float centre, float[] out, int outAt) {
        int minima = at + PanelFormat.GROUP_SUBS * ROWS;
        int d = at + 2 * PanelFormat.GROUP_SUBS * ROWS;
        FloatVector c = FloatVector.broadcast(F, centre);
        for (int row = 0; row < ROWS; row += LANES) {
            FloatVector scale = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            FloatVector minimum = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + PanelFormat.HALVES + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(-up);
            for (int j = 0; j < PanelFormat.GROUP_SUBS; j++) {
                int to = outAt + j * STEP + row;
                FloatVector s = ((FloatVector) ((IntVector) ByteVector.fromArray(ROW_BYTES, data, at + j * ROWS + row)
                                        .convertShape(VectorOperators.B2I, I, 0))
                                .convertShape(VectorOperators.I2F, F, 0))
                        .mul(scale);
                s.intoArray(out, to);
                FloatVector m = ((FloatVector)
                                ((IntVector) ByteVector.fromArray(ROW_BYTES, data, minima + j * ROWS + row)
                                                .convertShape(VectorOperators.B2I, I, 0))
                                        .convertShape(VectorOperators.I2F, F, 0))
                        .mul(minimum);
                s.fma(c, m).intoArray(out, to + ROWS);
            }
        }
    }

    private static void scales6(byte[] data, int at, float up, float[] out, int outAt) {
        int d = at + 2 * PanelFormat.GROUP_SUBS * ROWS;
        for (int row = 0; row < ROWS; row += LANES) {
            FloatVector scale = ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up);
            for (int j = 0; j < 2 * PanelFormat.GROUP_SUBS; j++) {
                ((FloatVector) ((IntVector) ByteVector.fromArray(ROW_BYTES, data, at + j * ROWS + row)
                                        .convertShape(VectorOperators.B2I, I, 0))
                                .convertShape(VectorOperators.I2F, F, 0))
                        .mul(scale)
                        .intoArray(out, outAt + j * STEP + row);
            }
        }
    }

    private static void scales2(byte[] data, int at, float up, float[] out, int outAt) {
        int d = at + 2 * PanelFormat.GROUP_SUBS * ROWS;
        for (int row = 0; row < ROWS; row += LANES) {
            ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up)
                    .intoArray(out, outAt + PanelFormat.GROUP_D + row);
            ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + PanelFormat.HALVES + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(-up)
                    .intoArray(out, outAt + PanelFormat.GROUP_D + row + ROWS);
            for (int j = 0; j < 2 * PanelFormat.GROUP_SUBS; j++) {
                int to = outAt + j * STEP + row;
                IntVector both = (IntVector) ByteVector.fromArray(ROW_BYTES, data, at + j * ROWS + row)
                        .convertShape(VectorOperators.B2I, I, 0);
                ((FloatVector) both.and(15).convertShape(VectorOperators.I2F, F, 0)).intoArray(out, to);
                ((FloatVector) both.lanewise(LSHR, 4).and(15).convertShape(VectorOperators.I2F, F, 0))
                        .intoArray(out, to + ROWS);
            }
        }
    }

    private static void scales3(byte[] data, int at, float up, float[] out, int outAt) {
        int d = at + 2 * PanelFormat.GROUP_SUBS * ROWS;
        for (int row = 0; row < ROWS; row += LANES) {
            ((IntVector) ByteVector.fromArray(ROW_HALVES, data, d + 2 * row)
                            .reinterpretAsShorts()
                            .convertShape(VectorOperators.S2I, I, 0))
                    .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                    .and(PanelFormat.HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(up)
                    .intoArray(out, outAt + PanelFormat.GROUP_D + row);
            for (int j = 0; j < 2 * PanelFormat.GROUP_SUBS; j++) {
                ((FloatVector) ((IntVector) ByteVector.fromArray(ROW_BYTES, data, at + j * ROWS + row)
                                        .convertShape(VectorOperators.B2I, I, 0))
                                .convertShape(VectorOperators.I2F, F, 0))
                        .intoArray(out, outAt + j * STEP + row);
            }
        }
    }

    private static void scalesAndOffsets(byte[] data, int at, int subs, float up, float centre, float[] out, int o) {
        int minima = at + subs * PanelFormat.HALVES;
        FloatVector c = FloatVector.broadcast(F, centre);
        for (int j = 0; j < subs; j++) {
            for (int row = 0; row < ROWS; row += LANES) {
                int to = o + j * STEP + row;
                FloatVector s = ((IntVector)
                                ByteVector.fromArray(ROW_HALVES, data, at + j * PanelFormat.HALVES + 2 * row)
                                        .reinterpretAsShorts()
                                        .convertShape(VectorOperators.S2I, I, 0))
                        .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                        .and(PanelFormat.HALF_MASK)
                        .reinterpretAsFloats()
                        .mul(up);
                s.intoArray(out, to);
                FloatVector m = ((IntVector)
                                ByteVector.fromArray(ROW_HALVES, data, minima + j * PanelFormat.HALVES + 2 * row)
                                        .reinterpretAsShorts()
                                        .convertShape(VectorOperators.S2I, I, 0))
                        .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                        .and(PanelFormat.HALF_MASK)
                        .reinterpretAsFloats()
                        .mul(up);
                s.fma(c, m).intoArray(out, to + ROWS);
            }
        }
    }

    private static void scalesOnly(byte[] data, int at, int subs, float up, float[] out, int o) {
        for (int j = 0; j < subs; j++) {
            for (int row = 0; row < ROWS; row += LANES) {
                ((IntVector) ByteVector.fromArray(ROW_HALVES, data, at + j * PanelFormat.HALVES + 2 * row)
                                .reinterpretAsShorts()
                                .convertShape(VectorOperators.S2I, I, 0))
                        .lanewise(LSHL, PanelFormat.HALF_SHIFT)
                        .and(PanelFormat.HALF_MASK)
                        .reinterpretAsFloats()
                        .mul(up)
                        .intoArray(out, o + j * STEP + row);
            }
        }
    }

    /** Four vectors of rows; two panels at least, whose decoded scales stay near. */
    @Override
    public int panelsAlone() {
        return Math.max(PanelScratch.TILE_PANELS, ALONE_VECTORS * LANES / ROWS);
    }

    @Override
    public void dot(
            PanelFormat format,
            byte[] data,
            int at,
            int panels,
            float[] up,
            int first,
            int subs,
            PanelScratch scratch,
            PanelInput in) {
        int bytes = (int) format.panelBytes(subs * PanelFormat.SUB);
        int last = panels - 1;
        if (format.bits() < 4) {
            int groups = subs / PanelFormat.GROUP_SUBS;
            for (int vector = 0; vector < panels * ROWS; vector += 2 * LANES) {
                dotOne(format, data, at, bytes, last, vector, groups, up, first, in, scratch);
            }
            return;
        }
        Arrays.fill(scratch.sums, 0, Math.max(PanelScratch.ALONE_PANELS * ROWS, in.width() * PanelGemm.STRIDE), 0);
        for (int sub = 0; sub < subs; sub += PanelFormat.GROUP_SUBS) {
            int part = Math.min(PanelFormat.GROUP_SUBS, subs - sub);
            for (int panel = 0; panel < panels; panel++) {
                int from = at + panel * bytes;
                scales(format, data, from, part, up[first + panel], scratch.scales, panel * PanelFormat.GROUP_SCALES);
            }
            int lines = at + format.scaleBytes(part);
            if (format.bits() == 4 && in.width() == 1) {
                for (int vector = 0; vector < panels * ROWS; vector += ALONE_VECTORS * LANES) {
                    dotAlone(format, data, lines, bytes, last, vector, part, scratch, in, sub);
                }
            } else {
                for (int vector = 0; vector < panels * ROWS; vector += 2 * LANES) {
                    dotFew(format, data, lines, bytes, last, vector, part, scratch, in, sub);
                }
            }
            at += format.groupBytes(part);
        }
    }

    /**
     * The next vector's weights: in the next panel if there is one, else the last vector's again; their sums are added up
     * where nobody reads.
     */
    private static int other(int vector, int last) {
        return Math.min(vector + LANES, last * ROWS + ROWS - LANES);
    }

    private static void dotOne(
            PanelFormat format,
            byte[] data,
            int at,
            int bytes,
            int last,
            int vector,
            int groups,
            float[] up,
            int first,
            PanelInput in,
            PanelScratch scratch) {
        int next = other(vector, last);
        int at0 = at + vector / ROWS * bytes;
        int at1 = at + next / ROWS * bytes;
        int r0 = vector % ROWS;
        int r1 = next % ROWS;
        float up0 = up[first + vector / ROWS];
        float up1 = up[first + next / ROWS];
        int[] x = in.fold(format.bits());
        float[] xs = in.scales;
        int[] parts = scratch.parts;
        float[] c = scratch.sums;
        int c0 = vector;
        int c1 = vector + LANES;
        switch (format) {
            case Q2_K -> PanelDot.q2k(data, at0, r0, up0, at1, r1, up1, groups, x, xs, parts, c, c0, c1);
            default -> PanelDot.q3k(data, at0, r0, up0, at1, r1, up1, groups, x, xs, parts, c, c0, c1);
        }
    }

    private static void dotFew(
            PanelFormat format,
            byte[] data,
            int at,
            int bytes,
            int last,
            int vector,
            int subs,
            PanelScratch scratch,
            PanelInput in,
            int sub) {
        int next = other(vector, last);
        int q0 = at + vector / ROWS * bytes + 4 * (vector % ROWS);
        int q1 = at + next / ROWS * bytes + 4 * (next % ROWS);
        float[] s = scratch.scales;
        int s0 = scalesAt(vector);
        int s1 = scalesAt(next);
        int width = in.width();
        int[] x = in.fold(format.bits());
        int xAt = in.foldAt(sub);
        int z = in.centreAt(format.bits() == 6 ? sub * PanelFold.UNITS_6 : sub);
        float[] xs = in.scales;
        int xsAt = in.scalesAt(0, sub);
        int n = format.offsets() ? subs : 0;
        float[] c = scratch.sums;
        int c0 = vector;
        int c1 = vector + LANES;
        switch (format.bits() * 10 + width) {
            case 42 -> PanelFew.bits4Tokens2(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, n, c, c0, c1);
            case 44 -> PanelFew.bits4Tokens4(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, n, c, c0, c1);
            case 51 -> PanelFew.bits5Tokens1(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, n, c, c0, c1);
            case 52 -> PanelFew.bits5Tokens2(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, n, c, c0, c1);
            case 54 -> PanelFew.bits5Tokens4(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, n, c, c0, c1);
            case 61 -> PanelFew.bits6Tokens1(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, c, c0, c1);
            case 62 -> PanelFew.bits6Tokens2(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, c, c0, c1);
            case 64 -> PanelFew.bits6Tokens4(data, q0, q1, subs, s, s0, s1, x, xAt, z, xs, xsAt, c, c0, c1);
            default -> throw new IllegalStateException("tokens: " + in.tokens());
        }
    }

    private static void dotAlone(
            PanelFormat format,
            byte[] data,
            int at,
            int bytes,
            int last,
            int vector,
            int subs,
            PanelScratch scratch,
            PanelInput in,
            int sub) {
        int v1 = other(vector, last);
        int v2 = other(v1, last);
        int v3 = other(v2, last);
        PanelFew.bits4Tokens1(
                data,
                at + vector / ROWS * bytes + 4 * (vector % ROWS),
                at + v1 / ROWS * bytes + 4 * (v1 % ROWS),
                at + v2 / ROWS * bytes + 4 * (v2 % ROWS),
                at + v3 / ROWS * bytes + 4 * (v3 % ROWS),
                subs,
                scratch.scales,
                scalesAt(vector),
                scalesAt(v1),
                scalesAt(v2),
                scalesAt(v3),
                in.fold(4),
                in.foldAt(sub),
                in.centreAt(sub),
                in.scales,
                in.scalesAt(0, sub),
                format.offsets() ? subs : 0,
                scratch.sums,
                vector,
                vector + LANES,
                vector + 2 * LANES,
                vector + 3 * LANES);
    }

    @Override
    public void unpack(
            PanelFormat format,
            byte[] data,
            int at,
            int panelBytes,
            int panels,
            int subs,
            PanelScratch scratch,
            PanelInput in) {
        short[] tile = scratch.tile;
        int lines = at + format.scaleBytes(subs);
        if (rowLanes(format, in)) {
            unpackRows(data, lines, lines + (panels - 1) * panelBytes, subs, tile);
            return;
        }
        for (int panel = 0; panel < panels; panel++) {
            int out = tileAt(panel * ROWS);
            switch (format.bits()) {
                case 2 -> unpack2(data, lines, subs, tile, out);
                case 3 -> unpack3(data, lines, subs, tile, out);
                case 4 -> unpack4(data, lines, subs, tile, out);
                case 5 -> unpack5(data, lines, subs, tile, out);
                default -> unpack6(data, lines, subs, tile, out);
            }
            lines += panelBytes;
        }
    }

    /**
     * Whether {@link PanelGemm#rows} serves: it is a tenth faster than {@link PanelGemm#pairs16} with many tokens. Not for few, for
     * which a program that has just started would wait until it is compiled.
     */
    private static boolean rowLanes(PanelFormat format, PanelInput in) {
        return ROW_LANES && format.bits() == 4 && in.tokens() > PAIRS_TOKENS;
    }

    /** 4 bits as {@link PanelGemm#rows} wants them: for each column the rows of both panels in turn. */
    private static void unpackRows(byte[] data, int at0, int at1, int subs, short[] tile) {
        for (int t = 0; t < 4 * subs; t++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                IntVector v =
                        ByteVector.fromArray(B, data, at0 + t * LINE + 2 * i).reinterpretAsInts();
                IntVector w =
                        ByteVector.fromArray(B, data, at1 + t * LINE + 2 * i).reinterpretAsInts();
                int o = t * 16 * ROWS + i;
                for (int n = 0; n < 4; n++) {
                    IntVector first = v.and(NIBBLE);
                    IntVector second = w.and(NIBBLE);
                    first.and(LOW_HALF)
                            .or(second.lanewise(LSHL, 16))
                            .reinterpretAsShorts()
                            .sub((short) 8)
                            .intoArray(tile, o);
                    first.lanewise(LSHR, 16)
                            .or(second.and(HIGH_HALF))
                            .reinterpretAsShorts()
                            .sub((short) 8)
                            .intoArray(tile, o + 2 * ROWS);
                    v = v.lanewise(LSHR, 4);
                    w = w.lanewise(LSHR, 4);
                    o += 4 * ROWS;
                }
            }
        }
    }

    private static void unpack2(byte[] data, int at, int subs, short[] tile, int out) {
        for (int t = 0; t < 2 * subs; t++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                IntVector v =
                        ByteVector.fromArray(B, data, at + t * LINE + 2 * i).reinterpretAsInts();
                int o = out + t * 16 * ROWS + i;
                for (int n = 0; n < 4; n++) {
                    v.and(PAIR).reinterpretAsShorts().intoArray(tile, o);
                    v.lanewise(LSHR, 2).and(PAIR).reinterpretAsShorts().intoArray(tile, o + 8 * ROWS);
                    v = v.lanewise(LSHR, 4);
                    o += 2 * ROWS;
                }
            }
        }
    }

    private static void unpack3(byte[] data, int at, int subs, short[] tile, int out) {
        for (int sub = 0; sub < subs; sub++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                int from = at + sub * 3 * LINE + 2 * i;
                int o = out + sub * 32 * ROWS + i;
                IntVector v0 = ByteVector.fromArray(B, data, from).reinterpretAsInts();
                IntVector v1 = ByteVector.fromArray(B, data, from + LINE).reinterpretAsInts();
                IntVector v2 = ByteVector.fromArray(B, data, from + 2 * LINE).reinterpretAsInts();
                IntVector v3 = v0.lanewise(LSHR, 3)
                        .and(PanelDot.LAST_1)
                        .or(v1.lanewise(LSHR, 2).and(PanelDot.LAST_2))
                        .or(v2.lanewise(LSHR, 1).and(PanelDot.LAST_4));
                for (int n = 0; n < 4; n++) {
                    v0.and(TRIPLE).reinterpretAsShorts().sub((short) 4).intoArray(tile, o);
                    v1.and(TRIPLE).reinterpretAsShorts().sub((short) 4).intoArray(tile, o + 8 * ROWS);
                    v2.and(TRIPLE).reinterpretAsShorts().sub((short) 4).intoArray(tile, o + 16 * ROWS);
                    v3.and(TRIPLE).reinterpretAsShorts().sub((short) 4).intoArray(tile, o + 24 * ROWS);
                    v0 = v0.lanewise(LSHR, 4);
                    v1 = v1.lanewise(LSHR, 4);
                    v2 = v2.lanewise(LSHR, 4);
                    v3 = v3.lanewise(LSHR, 4);
                    o += 2 * ROWS;
                }
            }
        }
    }

    private static void unpack4(byte[] data, int at, int subs, short[] tile, int out) {
        for (int t = 0; t < 4 * subs; t++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                IntVector v =
                        ByteVector.fromArray(B, data, at + t * LINE + 2 * i).reinterpretAsInts();
                int o = out + t * 8 * ROWS + i;
                for (int n = 0; n < 4; n++) {
                    v.and(NIBBLE).reinterpretAsShorts().sub((short) 8).intoArray(tile, o);
                    v = v.lanewise(LSHR, 4);
                    o += 2 * ROWS;
                }
            }
        }
    }

    private static void unpack5(byte[] data, int at, int subs, short[] tile, int out) {
        for (int t = 0; t < 4 * subs; t++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                IntVector v = ByteVector.fromArray(B, data, at + (t + (t >> 2) + 1) * LINE + 2 * i)
                        .reinterpretAsInts();
                IntVector h = ByteVector.fromArray(B, data, at + (t >> 2) * 5 * LINE + 2 * i)
                        .reinterpretAsInts()
                        .lanewise(LSHR, (t & 3) * 2);
                IntVector even = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(0x10101010));
                IntVector odd =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 3).and(0x10101010));
                int o = out + t * 8 * ROWS + i;
                for (int n = 0; n < 2; n++) {
                    even.and(BYTE).reinterpretAsShorts().sub((short) 16).intoArray(tile, o);
                    odd.and(BYTE).reinterpretAsShorts().sub((short) 16).intoArray(tile, o + 2 * ROWS);
                    even = even.lanewise(LSHR, 8);
                    odd = odd.lanewise(LSHR, 8);
                    o += 4 * ROWS;
                }
            }
        }
    }

    private static void unpack6(byte[] data, int at, int subs, short[] tile, int out) {
        for (int t = 0; t < 4 * subs; t++) {
            for (int i = 0; i < 2 * ROWS; i += SHORTS) {
                IntVector v = ByteVector.fromArray(B, data, at + (t + (t >> 1) + 1) * LINE + 2 * i)
                        .reinterpretAsInts();
                IntVector h = ByteVector.fromArray(B, data, at + (t >> 1) * 3 * LINE + 2 * i)
                        .reinterpretAsInts()
                        .lanewise(LSHR, (t & 1) * 4);
                IntVector even = v.and(NIBBLES).or(h.lanewise(LSHL, 4).and(0x30303030));
                IntVector odd =
                        v.lanewise(LSHR, 4).and(NIBBLES).or(h.lanewise(LSHL, 2).and(0x30303030));
                int o = out + t * 8 * ROWS + i;
                for (int n = 0; n < 2; n++) {
                    even.and(BYTE).reinterpretAsShorts().sub((short) 32).intoArray(tile, o);
                    odd.and(BYTE).reinterpretAsShorts().sub((short) 32).intoArray(tile, o + 2 * ROWS);
                    even = even.lanewise(LSHR, 8);
                    odd = odd.lanewise(LSHR, 8);
                    o += 4 * ROWS;
                }
            }
        }
    }

    @Override
    public void gemm(
            PanelFormat format, int subs, PanelScratch scratch, PanelInput in, int sub, int first, int sumsAt) {
        int blocks = subs * PanelFormat.SUB / format.scaleColumns();
        int xsAt = in.scalesAt(first, sub);
        float[] xs = in.scales;
        short[] w = scratch.tile;
        float[] s = scratch.scales;
        float[] sums = scratch.sums;
        if (rowLanes(format, in)) {
            int x = in.twinsAt(first, sub);
            for (int r = 0; r < ROWS; r += 2 * LANES) {
                int o = r + LANES;
                PanelGemm.rows(w, 2 * r, 2 * o, s, r, o, blocks, in.twins, x, xs, xsAt, sums, sumsAt + r, sumsAt + o);
            }
        } else if (format.scalesGroups()) {
            float[] part = scratch.groupSums;
            pairs(format, blocks, scratch, in, in.pairsAt(first, sub), xsAt, part, 0);
            PanelGemm.addScaled(part, s, PanelFormat.GROUP_D, sums, sumsAt);
        } else {
            pairs(format, blocks, scratch, in, in.pairsAt(first, sub), xsAt, sums, sumsAt);
        }
        if (format.offsets()) {
            offsets(format, blocks, scratch, xs, xsAt, sumsAt);
        }
    }

    private static void offsets(
            PanelFormat format, int blocks, PanelScratch scratch, float[] xs, int xsAt, int sumsAt) {
        float[] s = scratch.scales;
        boolean groups = format.scalesGroups();
        float[] factors = groups ? s : ONES;
        int minima = xsAt + format.minimumRow() * PanelInput.TOKENS;
        int step = format.scaleColumns() * PanelInput.SCALES / PanelFormat.SUB * PanelInput.TOKENS;
        for (int v = 0; v < PanelScratch.TILE_PANELS * ROWS; v += 2 * LANES) {
            int s0 = scalesAt(v);
            int s1 = scalesAt(v + LANES);
            int f0 = groups ? s0 + PanelFormat.GROUP_D + ROWS : 0;
            int f1 = groups ? s1 + PanelFormat.GROUP_D + ROWS : 0;
            int c0 = sumsAt + v;
            int c1 = c0 + LANES;
            PanelGemm.offsets(s, s0, s1, blocks, xs, minima, step, factors, f0, f1, scratch.sums, c0, c1);
        }
    }

    private static void pairs(
            PanelFormat format,
            int blocks,
            PanelScratch scratch,
            PanelInput in,
            int x,
            int xsAt,
            float[] sums,
            int sumsAt) {
        short[] w = scratch.tile;
        float[] s = scratch.scales;
        for (int v = 0; v < PanelScratch.TILE_PANELS * ROWS; v += 2 * LANES) {
            int o = v + LANES;
            int w0 = tileAt(v);
            int w1 = tileAt(o);
            int s0 = scalesAt(v);
            int s1 = scalesAt(o);
            if (format.scaleColumns() == PanelFormat.SUB) {
                PanelGemm.pairs16(
                        w, w0, w1, s, s0, s1, blocks, in.pairs, x, in.scales, xsAt, sums, sumsAt + v, sumsAt + o);
            } else {
                PanelGemm.pairs8(
                        w, w0, w1, s, s0, s1, blocks, in.pairs, x, in.scales, xsAt, sums, sumsAt + v, sumsAt + o);
            }
        }
    }

    /** Where the vector that begins with row {@code row} of a tile begins. */
    private static int tileAt(int row) {
        return row / ROWS * PanelFormat.GROUP * ROWS + row % ROWS * 2;
    }

    private static int scalesAt(int row) {
        return row / ROWS * PanelFormat.GROUP_SCALES + row % ROWS;
    }
}
