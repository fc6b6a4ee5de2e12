package demitasse.rag;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The weights of {@link PassageReader}; see there for what they do.
 *
 * @param mean of the states of tokens: [dimensions]
 * @param projection [dimensions][{@value #WIDTH}]
 * @param layers what is trained, in the order of {@link Layer}
 */
record ReaderWeights(float[] mean, float[] projection, float[][] layers) {
    /** Numbers that are kept of a token. */
    static final int WIDTH = 64;

    /** Features of a token of the question beside a passage: product, difference and itself, and two likenesses. */
    static final int FEATURES = 3 * WIDTH + 2;

    static final int HIDDEN = 24;
    /** What the search knows of a passage: {@link PassageReader#found}. */
    static final int FOUND = 6;

    /** Mean and greatest of the hidden values over the question's tokens, and what the search knows. */
    static final int JOINED = 2 * HIDDEN + FOUND;

    static final int TOP = 16;

    /** The parts that are trained, with their numbers of values. */
    enum Layer {
        TOKEN(FEATURES * HIDDEN),
        TOKEN_BIAS(HIDDEN),
        JOIN(JOINED * TOP),
        JOIN_BIAS(TOP),
        OUT(TOP),
        FOUND_DIRECTLY(FOUND),
        /** Evidence that no passage answers. */
        NONE(1);

        final int size;

        Layer(int size) {
            this.size = size;
        }
    }

    ReaderWeights {
        if (projection.length != mean.length * WIDTH || layers.length != Layer.values().length) {
            throw new IllegalArgumentException("weights of another shape");
        }
    }

    float[] of(Layer layer) {
        return layers[layer.ordinal()];
    }

    int dimensions() {
        return mean.length;
    }

    /** Tells stores whether their tokens were made with this projection; a whole number that a float holds. */
    float fingerprint() {
        ByteBuffer bytes = ByteBuffer.allocate((mean.length + projection.length) * Float.BYTES);
        bytes.asFloatBuffer().put(mean).put(projection);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue() >>> 8;
    }

    static ReaderWeights read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(new BufferedInputStream(in));
        int dimensions = data.readInt();
        float[] mean = floats(data, dimensions);
        float[] projection = floats(data, dimensions * WIDTH);
        List<float[]> layers = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            layers.add(floats(data, layer.size));
        }
        return new ReaderWeights(mean, projection, layers.toArray(float[][]::new));
    }

    private static float[] floats(DataInputStream data, int count) throws IOException {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = data.readFloat();
        }
        return values;
    }

    /** The number of dimensions, then all values in the order of the components, big-endian f32. */
    byte[] bytes() {
        int values = mean.length + projection.length;
        for (float[] layer : layers) {
            values += layer.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + values * Float.BYTES);
        FloatBuffer floats = bytes.putInt(mean.length).slice().asFloatBuffer();
        floats.put(mean).put(projection);
        for (float[] layer : layers) {
            floats.put(layer);
        }
        return bytes.array();
    }
}
