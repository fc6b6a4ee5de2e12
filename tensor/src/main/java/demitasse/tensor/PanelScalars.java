package demitasse.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The scalar twin: the definition of what the kernels compute, and what runs where vectors are too short. */
final class PanelScalars implements PanelKernels {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int ROWS = PanelFormat.ROWS;
    private static final int STEP = PanelFormat.SUB_SCALES;

    /** The integer at a column of a group, as it stands (not centred). */
    static int quant(PanelFormat format, byte[] data, int at, int subs, int row, int column) {
        int lines = at + format.scaleBytes(subs);
        int sub = column / PanelFormat.SUB;
        int line = column % PanelFormat.SUB / 8;
        int nibble = column % 8 / 2;
        int lane = 4 * row + 2 * (column % 2);
        if (format.bits() == 3 && line == 3) {
            return lastThreeBits(format, data, lines + lane, sub, nibble);
        }
        int lowBits = format.lowBits();
        int low = (short) SHORTS.get(data, lines + format.lowLine(sub, line) + lane) >>> format.lowShift(line, nibble)
                & (1 << lowBits) - 1;
        int highBits = format.bits() - lowBits;
        if (highBits == 0) {
            return low;
        }
        int high = (short) SHORTS.get(data, lines + format.highLine(sub, line) + lane);
        int shift = format.highShift(line % format.linesPerHigh(), nibble);
        return low | (high >>> shift & (1 << highBits) - 1) << lowBits;
    }

    /** One of the last eight columns of a sub-block, whose bits are spread over its three lines. */
    private static int lastThreeBits(PanelFormat format, byte[] data, int at, int sub, int nibble) {
        int bits = 0;
        for (int t = 0; t < 3; t++) {
            int line = (short) SHORTS.get(data, at + format.lowLine(sub, t));
            bits |= (line >>> format.lowShift(t, nibble) + 3 & 1) << t;
        }
        return bits;
    }

    private static float half(byte[] data, int at, int row, float up) {
        return PanelFormat.halfValue((short) SHORTS.get(data, at + 2 * row), up);
    }

    /** The scale of a row's sub-block, for both twins' use and for {@link PanelMatrix#dequantizeRow}. */
    static float scale(PanelFormat format, byte[] data, int at, int subs, float up, int row, int j) {
        return switch (format) {
            case Q4_0, Q4_1, Q5_0, Q5_1 -> half(data, at + j * PanelFormat.HALVES, row, up);
            case Q2_K -> (data[at + j * ROWS + row] & 15) * half(data, at + 2 * subs * ROWS, row, up);
            case Q3_K, Q4_K, Q5_K, Q6_K -> data[at + j * ROWS + row] * half(data, at + 2 * subs * ROWS, row, up);
        };
    }

    /** The block's minimum as the format has it: added for Q4_1 and Q5_1, subtracted for K-quants. */
    static float minimum(PanelFormat format, byte[] data, int at, int subs, float up, int row, int j) {
        return switch (format) {
            case Q3_K, Q4_0, Q5_0, Q6_K -> 0;
            case Q2_K ->
                (data[at + j * ROWS + row] >> 4 & 15) * half(data, at + 2 * subs * ROWS + PanelFormat.HALVES, row, up);
            case Q4_1, Q5_1 -> half(data, at + (subs + j) * PanelFormat.HALVES, row, up);
            case Q4_K, Q5_K ->
                data[at + (subs + j) * ROWS + row] * half(data, at + 2 * subs * ROWS + PanelFormat.HALVES, row, up);
        };
    }

    @Override
    public void scales(PanelFormat format, byte[] data, int at, int subs, float up, float[] scales, int scalesAt) {
        if (format.scalesGroups()) {
            wholeScales(format, data, at, up, scales, scalesAt);
            return;
        }
        int count = subs * PanelFormat.SUB / format.scaleColumns();
        for (int j = 0; j < count; j++) {
            for (int row = 0; row < ROWS; row++) {
                float s = scale(format, data, at, subs, up, row, j);
                float m = minimum(format, data, at, subs, up, row, j);
                int o = scalesAt + j * STEP + row;
                scales[o] = s;
                switch (format) {
                    case Q4_1, Q5_1 -> scales[o + ROWS] = Math.fma(s, format.centre(), m);
                    case Q4_K, Q5_K -> scales[o + ROWS] = Math.fma(s, format.centre(), -m);
                    case Q2_K, Q3_K, Q4_0, Q5_0, Q6_K -> {}
                }
            }
        }
    }

    private static void wholeScales(PanelFormat format, byte[] data, int at, float up, float[] scales, int scalesAt) {
        int count = 2 * PanelFormat.GROUP_SUBS;
        boolean minima = format.offsets();
        for (int row = 0; row < ROWS; row++) {
            for (int j = 0; j < count; j++) {
                int o = scalesAt + j * STEP + row;
                byte both = data[at + j * ROWS + row];
                scales[o] = minima ? both & 15 : both;
                if (minima) {
                    scales[o + ROWS] = both >> 4 & 15;
                }
            }
            int d = at + count * ROWS;
            int o = scalesAt + PanelFormat.GROUP_D + row;
            scales[o] = half(data, d, row, up);
            if (minima) {
                scales[o + ROWS] = -half(data, d + PanelFormat.HALVES, row, up);
            }
        }
    }

    @Override
    public int panelsAlone() {
        return PanelScratch.ALONE_PANELS;
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
        Arrays.fill(scratch.sums, 0, Math.max(PanelScratch.ALONE_PANELS * ROWS, in.width() * PanelGemm.STRIDE), 0);
        int bytes = (int) format.panelBytes(subs * PanelFormat.SUB);
        for (int panel = 0; panel < panels; panel++) {
            dot(format, data, at + panel * bytes, subs, up[first + panel], scratch, in, panel * ROWS);
        }
    }

    private void dot(
            PanelFormat format, byte[] data, int at, int subs, float up, PanelScratch scratch, PanelInput in, int c) {
        float[] sums = scratch.sums;
        for (int sub = 0; sub < subs; sub += PanelFormat.GROUP_SUBS) {
            int part = Math.min(PanelFormat.GROUP_SUBS, subs - sub);
            scales(format, data, at, part, up, scratch.scales, 0);
            for (int token = 0; token < in.width(); token++) {
                for (int row = 0; row < ROWS; row++) {
                    int to = PanelGemm.STRIDE * token + c + row;
                    sums[to] = group(format, data, at, part, scratch.scales, in, sub, token, row, sums[to]);
                }
            }
            at += format.groupBytes(part);
        }
    }

    private static float group(
            PanelFormat format,
            byte[] data,
            int at,
            int subs,
            float[] scales,
            PanelInput in,
            int sub,
            int token,
            int row,
            float sum) {
        int columns = format.scaleColumns();
        int width = in.width();
        int x = in.pairsAt(0, sub) + token;
        int xs = in.scalesAt(0, sub) + token;
        float part = format.scalesGroups() ? 0 : sum;
        for (int j = 0; j < subs * PanelFormat.SUB / columns; j++) {
            int integer = 0;
            for (int k = j * columns; k < (j + 1) * columns; k++) {
                int activation = (short) (in.pairs[x + k / 2 * width] >> 16 * (k & 1));
                integer += (quant(format, data, at, subs, row, k) - format.centre()) * activation;
            }
            int active = xs + j * columns / PanelFormat.SUB * PanelInput.SCALES * width;
            part = Math.fma(integer * in.scales[active], scales[j * STEP + row], part);
        }
        return complete(format, sum, part, in, xs, width, scales, row, subs);
    }

    /**
     * A sum with that of one group's products.
     *
     * @param sum up to the group
     * @param part of the group if {@link PanelFormat#scalesGroups}, else up to its end
     */
    private static float complete(
            PanelFormat format,
            float sum,
            float part,
            PanelInput in,
            int xs,
            int width,
            float[] scales,
            int s,
            int subs) {
        int d = s + PanelFormat.GROUP_D;
        float all = format.scalesGroups() ? Math.fma(part, scales[d], sum) : part;
        if (!format.offsets()) {
            return all;
        }
        float offset = offsets(format, in, xs, width, scales, s, subs);
        return format.scalesGroups() ? Math.fma(offset, scales[d + ROWS], all) : all + offset;
    }

    private static float offsets(
            PanelFormat format, PanelInput in, int xs, int width, float[] scales, int s, int subs) {
        float offset = 0;
        int columns = format.scaleColumns();
        for (int j = 0; j < subs * PanelFormat.SUB / columns; j++) {
            int active = j * columns * PanelInput.SCALES / PanelFormat.SUB + format.minimumRow();
            float sum = in.scales[xs + active * width];
            offset = Math.fma(sum, scales[s + j * STEP + ROWS], offset);
        }
        return offset;
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
        for (int panel = 0; panel < panels; panel++) {
            int tileAt = panel * PanelFormat.GROUP * ROWS;
            for (int k = 0; k < subs * PanelFormat.SUB; k++) {
                for (int row = 0; row < ROWS; row++) {
                    scratch.tile[tileAt + k / 2 * 2 * ROWS + 2 * row + k % 2] =
                            (short) (quant(format, data, at, subs, row, k) - format.centre());
                }
            }
            at += panelBytes;
        }
    }

    @Override
    public void gemm(
            PanelFormat format, int subs, PanelScratch scratch, PanelInput in, int sub, int first, int sumsAt) {
        int width = in.width();
        for (int token = 0; token < width; token++) {
            for (int row = 0; row < PanelScratch.TILE_PANELS * ROWS; row++) {
                gemm(
                        format,
                        subs,
                        scratch,
                        in,
                        in.pairsAt(first, sub) + token,
                        in.scalesAt(first, sub) + token,
                        width,
                        row,
                        sumsAt + PanelGemm.STRIDE * token + row);
            }
        }
    }

    private static void gemm(
            PanelFormat format,
            int subs,
            PanelScratch scratch,
            PanelInput in,
            int x,
            int xs,
            int width,
            int row,
            int sumAt) {
        int columns = format.scaleColumns();
        int w = row / ROWS * PanelFormat.GROUP * ROWS + row % ROWS * 2;
        int s = row / ROWS * PanelFormat.GROUP_SCALES + row % ROWS;
        float part = format.scalesGroups() ? 0 : scratch.sums[sumAt];
        for (int j = 0; j < subs * PanelFormat.SUB / columns; j++) {
            int sum = 0;
            for (int k = j * columns; k < (j + 1) * columns; k++) {
                int activation = (short) (in.pairs[x + k / 2 * width] >> 16 * (k & 1));
                sum += scratch.tile[w + k / 2 * 2 * ROWS + k % 2] * activation;
            }
            int active = xs + j * columns / PanelFormat.SUB * PanelInput.SCALES * width;
            part = Math.fma(sum * in.scales[active], scratch.scales[s + j * STEP], part);
        }
        scratch.sums[sumAt] = complete(format, scratch.sums[sumAt], part, in, xs, width, scratch.scales, s, subs);
    }
}
