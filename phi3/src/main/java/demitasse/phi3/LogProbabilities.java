package demitasse.phi3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The logarithms of all tokens' probabilities in 16 bits each, little-endian: f32 scale, f32 minimum, then one u16 a
 * token, an even number of them. Source: llama.cpp's tools/perplexity/perplexity.cpp, log_softmax.
 */
final class LogProbabilities {
    /** What is less likely than e to the minus 16th of the likeliest token has the lowest level. */
    private static final float RANGE = 16;

    private static final float LEVELS = 65535;
    private static final int LEVELS_AT = 2 * Float.BYTES;

    private final int vocabulary;
    private final ByteBuffer bytes;

    LogProbabilities(int vocabulary) {
        this.vocabulary = vocabulary;
        this.bytes = ByteBuffer.allocate(bytes(vocabulary)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes of a row. */
    static int bytes(int vocabulary) {
        return LEVELS_AT + Math.multiplyExact(Short.BYTES, Math.addExact(vocabulary, vocabulary % 2));
    }

    /** @param logits [vocabulary] from {@code offset} on */
    void compress(float[] logits, int offset) {
        float most = logits[offset];
        float least = logits[offset];
        for (int i = offset; i < offset + vocabulary; i++) {
            most = Math.max(most, logits[i]);
            least = Math.min(least, logits[i]);
        }
        least = Math.max(least, most - RANGE);
        float scale = (most - least) / LEVELS;
        bytes.putFloat(0, scale);
        bytes.putFloat(Float.BYTES, least - most - logSum(logits, offset, vocabulary, most));
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < vocabulary; i++) {
            float logit = logits[offset + i];
            int level = logit > least ? (int) Math.rint(inverse * (logit - least)) : 0;
            bytes.putShort(LEVELS_AT + Short.BYTES * i, (short) level);
        }
    }

    /** Logarithm of the sum of e to the logits less {@code most}. */
    static float logSum(float[] logits, int offset, int vocabulary, float most) {
        double sum = 0;
        for (int i = offset; i < offset + vocabulary; i++) {
            sum += Math.exp(logits[i] - most);
        }
        return (float) Math.log(sum);
    }

    /** Of a token, as near as 16 bits allow. */
    float of(int id) {
        return bytes.getFloat(0) * Short.toUnsignedInt(bytes.getShort(LEVELS_AT + Short.BYTES * id))
                + bytes.getFloat(Float.BYTES);
    }

    void write(OutputStream out) throws IOException {
        out.write(bytes.array());
    }

    void read(InputStream in) throws IOException {
        if (in.readNBytes(bytes.array(), 0, bytes.capacity()) < bytes.capacity()) {
            throw new EOFException("the saved logits end too early");
        }
    }
}
