package demitasse.agent.pii;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Weights of a linear-chain conditional random field over hashed features. A label sequence's score is the sum of the
 * weights of its tokens' features and of its transitions.
 *
 * @param bits the table has 2^bits rows; a feature's row is its hash's lowest bits
 * @param weights [rows x LABELS], in units of {@code scale}
 * @param transitions [from][to]; the row after the last label is the start of a text
 */
record TaggerModel(int bits, float scale, byte[] weights, float[][] transitions) {
    static final int OUTSIDE = 0;
    /** Label of the first token of a name; that of the others is one more. */
    static final int NAME = 1;

    static final int ADDRESS = 3;
    /** Firms and places: they teach what is not a name. */
    static final int OTHER = 5;

    static final int LABELS = 7;
    private static final int MAGIC = 0x50494931;

    /** No label may follow that continues another thing. */
    static boolean isAllowed(int from, int to) {
        boolean continues = to != OUTSIDE && to % 2 == 0;
        return !continues || from == to || from == to - 1;
    }

    /** @return [tokens x LABELS] sums of weights */
    float[] scores(int[][] features) {
        float[] scores = new float[features.length * LABELS];
        int mask = (1 << bits) - 1;
        int[] sums = new int[LABELS];
        for (int i = 0; i < features.length; i++) {
            java.util.Arrays.fill(sums, 0);
            for (int feature : features[i]) {
                int row = (feature & mask) * LABELS;
                for (int y = 0; y < LABELS; y++) {
                    sums[y] += weights[row + y];
                }
            }
            for (int y = 0; y < LABELS; y++) {
                scores[i * LABELS + y] = sums[y] * scale;
            }
        }
        return scores;
    }

    /** Rows without weights are left out; a row is the gap to the one before, a set of labels, and a byte for each. */
    void write(OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        out.writeInt(MAGIC);
        out.writeByte(bits);
        out.writeFloat(scale);
        for (float[] row : transitions) {
            for (float value : row) {
                out.writeFloat(value);
            }
        }
        int last = -1;
        for (int row = 0; row < 1 << bits; row++) {
            int set = 0;
            for (int y = 0; y < LABELS; y++) {
                set |= weights[row * LABELS + y] != 0 ? 1 << y : 0;
            }
            if (set != 0) {
                writeGap(out, row - last);
                last = row;
                out.writeByte(set);
                for (int y = 0; y < LABELS; y++) {
                    if ((set >> y & 1) != 0) {
                        out.writeByte(weights[row * LABELS + y]);
                    }
                }
            }
        }
        writeGap(out, 0);
        out.flush();
    }

    private static void writeGap(DataOutputStream out, int gap) throws IOException {
        int rest = gap;
        while (rest > 0x7f) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** @throws IOException if it is no such file, or cut off */
    static TaggerModel read(InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        if (in.readInt() != MAGIC) {
            throw new IOException("not a tagger");
        }
        int bits = in.readUnsignedByte();
        float scale = in.readFloat();
        float[][] transitions = new float[LABELS + 1][LABELS];
        for (float[] row : transitions) {
            for (int y = 0; y < LABELS; y++) {
                row[y] = in.readFloat();
            }
        }
        byte[] weights = new byte[LABELS << bits];
        int row = -1;
        for (int gap = readGap(in); gap != 0; gap = readGap(in)) {
            row += gap;
            int set = in.readUnsignedByte();
            for (int y = 0; y < LABELS; y++) {
                if ((set >> y & 1) != 0) {
                    weights[row * LABELS + y] = in.readByte();
                }
            }
        }
        return new TaggerModel(bits, scale, weights, transitions);
    }

    private static int readGap(DataInputStream in) throws IOException {
        int gap = 0;
        for (int shift = 0; ; shift += 7) {
            int part = in.readUnsignedByte();
            gap |= (part & 0x7f) << shift;
            if (part < 0x80) {
                return gap;
            }
        }
    }
}
