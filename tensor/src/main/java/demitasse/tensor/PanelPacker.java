package demitasse.tensor;

import demitasse.gguf.GgufTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Repacks GGUF blocks into panels, one panel at a time. Block layouts: ggml-common.h (block_q4_0 .. block_q6_K). Works
 * eight columns at a time on longs. Not safe for use by several threads at once.
 */
final class PanelPacker {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int ROWS = PanelFormat.ROWS;

    /** Nibbles at bits 0, 16, 32, 48 go to 48, 52, 56, 60. */
    private static final long GATHER = 1L << 48 | 1L << 36 | 1L << 24 | 1L << 12;

    private final PanelFormat format;
    private final int rows;
    private final int columns;
    private final MemorySegment source;
    private final int rowBytes;

    /** A panel's 16 rows of GGUF blocks. */
    private final byte[] blocks;

    /** 32 columns of one row, one in a byte, as longs of eight. */
    private final long[] quants = new long[4];

    PanelPacker(PanelFormat format, GgufTensor tensor) {
        this.format = format;
        this.rows = (int) tensor.rows();
        this.columns = (int) tensor.columns();
        this.source = tensor.data();
        this.rowBytes = (int) tensor.type().bytesFor(columns);
        this.blocks = new byte[ROWS * rowBytes + Long.BYTES];
    }

    /**
     * Writes panel {@code panel} to {@code out[at ..]}. Rows beyond the last stay zero.
     *
     * @return by how many powers of two its 16-bit scales were raised; -1 if one of them is infinite or not a number
     */
    int pack(int panel, byte[] out, int at) {
        int first = panel * ROWS;
        int count = Math.min(ROWS, rows - first);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, (long) first * rowBytes, blocks, 0, count * rowBytes);
        if (count < ROWS) {
            Arrays.fill(blocks, count * rowBytes, ROWS * rowBytes, (byte) 0);
        }
        int raise = raise();
        if (raise < 0) {
            return raise;
        }
        float factor = Math.scalb(1f, raise);
        int blockColumns = format.type().blockSize();
        int blockBytes = format.type().blockBytes();
        for (int column = 0; column < columns; column += PanelFormat.GROUP) {
            int subs = Math.min(PanelFormat.GROUP, columns - column) / PanelFormat.SUB;
            for (int row = 0; row < ROWS; row++) {
                int from = row * rowBytes + column / blockColumns * blockBytes;
                quants(from, subs, row, out, at + format.scaleBytes(subs));
                scales(from, subs, row, factor, out, at);
            }
            at += format.groupBytes(subs);
        }
        return raise;
    }

    /** How far the largest scale can be raised and still be a finite 16-bit float. */
    private int raise() {
        int[] at = halfOffsets();
        int largest = 0;
        for (int block = 0; block < ROWS * rowBytes; block += format.type().blockBytes()) {
            for (int offset : at) {
                largest = Math.max(largest, (short) SHORTS.get(blocks, block + offset) & 0x7fff);
            }
        }
        int exponent = largest >>> 10;
        int max = 30;
        if (exponent > max) {
            return -1;
        }
        // Subnormals have no leading one; counting them as the smallest normal leaves room and is exact all the same.
        return max - Math.max(exponent, 1);
    }

    /** Where the 16-bit floats of a block stand. */
    private int[] halfOffsets() {
        return switch (format) {
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q4_0, Q5_0 -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q6_K -> new int[] {208};
        };
    }

    private short half(int at, float factor) {
        return Float.floatToFloat16(Float.float16ToFloat((short) SHORTS.get(blocks, at)) * factor);
    }

    private void scales(int from, int subs, int row, float factor, byte[] out, int at) {
        int blockBytes = format.type().blockBytes();
        switch (format) {
            case Q4_0, Q5_0 -> {
                for (int j = 0; j < subs; j++) {
                    SHORTS.set(out, at + j * PanelFormat.HALVES + 2 * row, half(from + j * blockBytes, factor));
                }
            }
            case Q4_1, Q5_1 -> {
                for (int j = 0; j < subs; j++) {
                    int to = at + j * PanelFormat.HALVES + 2 * row;
                    SHORTS.set(out, to, half(from + j * blockBytes, factor));
                    SHORTS.set(out, to + subs * PanelFormat.HALVES, half(from + j * blockBytes + 2, factor));
                }
            }
            case Q2_K -> {
                for (int j = 0; j < 2 * subs; j++) {
                    out[at + j * ROWS + row] = blocks[from + j];
                }
                int d = at + 2 * subs * ROWS + 2 * row;
                SHORTS.set(out, d, half(from + 80, factor));
                SHORTS.set(out, d + PanelFormat.HALVES, half(from + 82, factor));
            }
            case Q3_K -> {
                for (int j = 0; j < 2 * subs; j++) {
                    out[at + j * ROWS + row] = (byte) signedScale(from + 96, j);
                }
                SHORTS.set(out, at + 2 * subs * ROWS + 2 * row, half(from + 108, factor));
            }
            case Q4_K, Q5_K -> {
                for (int j = 0; j < subs; j++) {
                    out[at + j * ROWS + row] = (byte) superScale(from + 4, j);
                    out[at + (subs + j) * ROWS + row] = (byte) superMinimum(from + 4, j);
                }
                int d = at + 2 * subs * ROWS + 2 * row;
                SHORTS.set(out, d, half(from, factor));
                SHORTS.set(out, d + PanelFormat.HALVES, half(from + 2, factor));
            }
            case Q6_K -> {
                for (int j = 0; j < 2 * subs; j++) {
                    out[at + j * ROWS + row] = blocks[from + 192 + j];
                }
                SHORTS.set(out, at + 2 * subs * ROWS + 2 * row, half(from + 208, factor));
            }
        }
    }

    /** The 6-bit scale j of the 12 bytes at {@code at} (get_scale_min_k4 in ggml-quants.c). */
    private int superScale(int at, int j) {
        return j < 4 ? blocks[at + j] & 63 : blocks[at + j + 4] & 15 | (blocks[at + j - 4] >>> 6 & 3) << 4;
    }

    private int superMinimum(int at, int j) {
        return j < 4 ? blocks[at + j + 4] & 63 : blocks[at + j + 4] >>> 4 & 15 | (blocks[at + j] >>> 6 & 3) << 4;
    }

    /** The 6-bit scale j of Q3_K's 12 bytes at {@code at}, less 32. */
    private int signedScale(int at, int j) {
        int low = blocks[at + j % 8] >> 4 * (j / 8) & 15;
        int high = blocks[at + 8 + j % 4] >> 2 * (j / 4) & 3;
        return (low | high << 4) - 32;
    }

    private void quants(int from, int subs, int row, byte[] out, int at) {
        for (int j = 0; j < subs; j++) {
            sub(from, j);
            int to = at + 4 * row;
            if (format.bits() == 2) {
                twoBits(out, to, j);
                continue;
            }
            if (format.bits() == 3) {
                threeBits(out, to, j);
                continue;
            }
            for (int t = 0; t < 4; t++) {
                INTS.set(out, to + format.lowLine(j, t), nibbles(quants[t] & 0x0f0f0f0f0f0f0f0fL));
            }
            if (format.bits() == 5) {
                INTS.set(out, to + format.highLine(j, 0), highs(0, 4));
            } else if (format.bits() == 6) {
                INTS.set(out, to + format.highLine(j, 0), highs(0, 2));
                INTS.set(out, to + format.highLine(j, 2), highs(2, 2));
            }
        }
    }

    private void twoBits(byte[] out, int to, int j) {
        for (int t = 0; t < 4; t += 2) {
            INTS.set(out, to + format.lowLine(j, t), nibbles(quants[t]) | nibbles(quants[t + 1]) << 2);
        }
    }

    private void threeBits(byte[] out, int to, int j) {
        for (int t = 0; t < 3; t++) {
            long last = quants[3] >>> t & 0x0101010101010101L;
            INTS.set(out, to + format.lowLine(j, t), nibbles(quants[t] | last << 3));
        }
    }

    /**
     * Eight nibbles, one a byte, as two shorts: the even columns' in the low one. A product moves four nibbles that
     * stand 16 bits apart side by side, to the upper end of the long; below them nothing overlaps, so nothing carries.
     */
    private static int nibbles(long q) {
        long even = (q & 0x000f_000f_000f_000fL) * GATHER >>> 48;
        long odd = (q & 0x0f00_0f00_0f00_0f00L) * (GATHER >>> 8) >>> 32;
        return (int) (even | odd & 0xffff_0000L);
    }

    /** The bits above the nibbles of {@code lines} longs, placed as {@link PanelFormat#highShift} says. */
    private int highs(int first, int lines) {
        int step = format.bits() - 4;
        long mask = 0x0101010101010101L * ((1 << step) - 1);
        long all = 0;
        for (int line = 0; line < lines; line++) {
            all |= (quants[first + line] >>> 4 & mask) << 2 * step * line;
        }
        // Columns 2 and 6 go beside 0 and 4, 3 and 7 beside 1 and 5; then bytes 0, 4, 1, 5 are what is wanted.
        all |= all >>> 16 - step;
        return (int) (all & 0xff | all >>> 24 & 0xff00 | (all & 0xff00) << 8 | all >>> 16 & 0xff00_0000L);
    }

    private long at(int offset) {
        return (long) LONGS.get(blocks, offset);
    }

    /** Fills {@link #quants} with sub-block j of the group whose blocks begin at {@code from}. */
    private void sub(int from, int j) {
        int block = from + j * format.type().blockBytes();
        switch (format) {
            case Q2_K -> bitPairs(from + 16, j);
            case Q3_K -> {
                bitPairs(from + 32, j);
                for (int t = 0; t < 4; t++) {
                    quants[t] |= (at(from + 8 * t) >>> j & 0x0101010101010101L) << 2;
                }
            }
            case Q4_0 -> nibbleHalves(block + 2);
            case Q4_1 -> nibbleHalves(block + 4);
            case Q5_0 -> {
                nibbleHalves(block + 6);
                fifthBits((int) INTS.get(blocks, block + 2));
            }
            case Q5_1 -> {
                nibbleHalves(block + 8);
                fifthBits((int) INTS.get(blocks, block + 4));
            }
            case Q4_K -> nibbleRun(from + 16 + j / 2 * 32, j % 2 * 4);
            case Q5_K -> {
                nibbleRun(from + 48 + j / 2 * 32, j % 2 * 4);
                for (int t = 0; t < 4; t++) {
                    quants[t] |= (at(from + 16 + 8 * t) >>> j & 0x0101010101010101L) << 4;
                }
            }
            case Q6_K -> {
                nibbleRun(from + j / 4 * 64 + j % 2 * 32, j % 4 / 2 * 4);
                for (int t = 0; t < 4; t++) {
                    quants[t] |= (at(from + 128 + j / 4 * 32 + 8 * t) >>> j % 4 * 2 & 0x0303030303030303L) << 4;
                }
            }
        }
    }

    /** Of the 64 bytes at {@code at}, 32 and two bits of each. */
    private void bitPairs(int at, int j) {
        for (int t = 0; t < 4; t++) {
            quants[t] = at(at + j / 4 * 32 + 8 * t) >>> j % 4 * 2 & 0x0303030303030303L;
        }
    }

    /** 16 bytes: low nibbles are columns 0..15, high ones 16..31. */
    private void nibbleHalves(int at) {
        long a = at(at);
        long b = at(at + 8);
        long mask = 0x0f0f0f0f0f0f0f0fL;
        quants[0] = a & mask;
        quants[1] = b & mask;
        quants[2] = a >>> 4 & mask;
        quants[3] = b >>> 4 & mask;
    }

    /** 32 bytes, one nibble of each. */
    private void nibbleRun(int at, int shift) {
        for (int t = 0; t < 4; t++) {
            quants[t] = at(at + 8 * t) >>> shift & 0x0f0f0f0f0f0f0f0fL;
        }
    }

    /** Bit k of {@code bits} is the fifth bit of column k. */
    private void fifthBits(int bits) {
        for (int t = 0; t < 4; t++) {
            long eight = bits >>> 8 * t & 0xff;
            // Copies of the eight bits in eight bytes; of byte i keep bit i, then move it to bit 4.
            long spread = eight * 0x0101010101010101L & 0x8040201008040201L;
            long nonZero = (spread + 0x7f7f7f7f7f7f7f7fL | spread) & 0x8080808080808080L;
            quants[t] |= nonZero >>> 3;
        }
    }
}
