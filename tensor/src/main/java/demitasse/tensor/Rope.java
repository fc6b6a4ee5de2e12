package demitasse.tensor;

/**
 * Rotary position embedding: pair i of a head is turned by position x frequency i. The angles of a position are
 * computed once and kept, in chunks of positions made when first asked for. Safe for use by several threads. Sources:
 * arXiv 2104.09864 (RoPE), 2309.00071 (YaRN), 2402.13753 (LongRoPE); ggml's rope.
 */
public final class Rope {
    /**
     * How positions beyond the training length are treated.
     *
     * @param type {@code none}, {@code linear} (position / factor) or {@code yarn} (only the slow pairs interpolated)
     * @param factor of the context length; 1 for none
     * @param originalContext training length; for yarn only
     * @param attnFactor multiplies cosine and sine (also longrope's)
     * @param betaFast yarn: pairs that turn more often than this in the training length are not interpolated
     * @param betaSlow yarn: pairs that turn less often than this are interpolated wholly
     */
    public record Scaling(
            String type, float factor, int originalContext, float attnFactor, float betaFast, float betaSlow) {
        public static final Scaling NONE = new Scaling("none", 1, 0, 1, 32, 1);

        public Scaling {
            boolean known = type.equals("none") || type.equals("linear") || type.equals("yarn");
            if (!known || !(factor > 0) || type.equals("yarn") && originalContext < 1) {
                throw new IllegalArgumentException(
                        "rope scaling " + type + ", factor " + factor + ", original context " + originalContext);
            }
        }

        /** Only a factor for cosine and sine, as longrope has beside its frequency factors. */
        public static Scaling none(float attnFactor) {
            return new Scaling("none", 1, 0, attnFactor, 32, 1);
        }
    }

    private static final int CHUNK = 128;
    private static final float YARN_MAGNITUDE = 0.1f;

    private final int pairs;
    private final boolean neox;
    /** Angle of each pair at position 1. */
    private final double[] frequencies;

    private final float magnitude;
    /** [chunk][position][pairs cosines, pairs sines]; replaced by a longer array when it grows. */
    private volatile float[][] chunks = new float[0][];

    /**
     * @param dimensions of a head that are turned, even; the rest stays
     * @param neox pairs (i, i + dimensions / 2) instead of (2 i, 2 i + 1)
     * @param freqFactors one for each pair, dividing its angle; or null
     */
    public Rope(int dimensions, boolean neox, float freqBase, float[] freqFactors, Scaling scaling) {
        if (dimensions < 2 || dimensions % 2 != 0 || freqFactors != null && freqFactors.length < dimensions / 2) {
            throw new IllegalArgumentException("rope of " + dimensions + " dimensions with "
                    + (freqFactors == null ? "no" : freqFactors.length) + " factors");
        }
        this.pairs = dimensions / 2;
        this.neox = neox;
        this.frequencies = new double[pairs];
        boolean yarn = scaling.type().equals("yarn");
        double interpolation = scaling.type().equals("none") ? 1 : 1 / (double) scaling.factor();
        for (int i = 0; i < pairs; i++) {
            double plain = Math.pow(freqBase, -2.0 * i / dimensions) / (freqFactors == null ? 1 : freqFactors[i]);
            double ramp = yarn ? yarnRamp(i, dimensions, freqBase, scaling) : 0;
            frequencies[i] = plain * interpolation * (1 - ramp) + plain * ramp;
        }
        double yarnFactor = yarn ? 1 + YARN_MAGNITUDE * Math.log(scaling.factor()) : 1;
        this.magnitude = (float) (scaling.attnFactor() * yarnFactor);
    }

    /** 1 for fast pairs that keep their frequency, 0 for slow ones that are interpolated. */
    private static double yarnRamp(int pair, int dimensions, float freqBase, Scaling scaling) {
        double low = Math.max(0, Math.floor(correction(dimensions, freqBase, scaling, scaling.betaFast())));
        double high =
                Math.min(dimensions - 1, Math.ceil(correction(dimensions, freqBase, scaling, scaling.betaSlow())));
        double y = (pair - low) / Math.max(0.001, high - low);
        return 1 - Math.min(1, Math.max(0, y));
    }

    /** The pair that turns {@code rotations} times in the training length. */
    private static double correction(int dimensions, float freqBase, Scaling scaling, float rotations) {
        return dimensions * Math.log(scaling.originalContext() / (rotations * 2 * Math.PI)) / (2 * Math.log(freqBase));
    }

    /**
     * Turns {@code heads} heads of one token in place.
     *
     * @param headSize elements from one head to the next, at least the dimensions that are turned
     */
    public void apply(float[] x, int off, int heads, int headSize, int position) {
        float[] table = chunk(position / CHUNK);
        int at = position % CHUNK * 2 * pairs;
        for (int head = 0; head < heads; head++) {
            if (neox) {
                turnHalves(x, off + head * headSize, table, at);
            } else {
                turnNeighbours(x, off + head * headSize, table, at);
            }
        }
    }

    private void turnHalves(float[] x, int off, float[] table, int at) {
        for (int i = 0; i < pairs; i++) {
            float cos = table[at + i];
            float sin = table[at + pairs + i];
            float a = x[off + i];
            float b = x[off + pairs + i];
            x[off + i] = a * cos - b * sin;
            x[off + pairs + i] = a * sin + b * cos;
        }
    }

    private void turnNeighbours(float[] x, int off, float[] table, int at) {
        for (int i = 0; i < pairs; i++) {
            float cos = table[at + i];
            float sin = table[at + pairs + i];
            float a = x[off + 2 * i];
            float b = x[off + 2 * i + 1];
            x[off + 2 * i] = a * cos - b * sin;
            x[off + 2 * i + 1] = a * sin + b * cos;
        }
    }

    private float[] chunk(int index) {
        float[][] known = chunks;
        float[] chunk = index < known.length ? known[index] : null;
        return chunk == null ? makeChunk(index) : chunk;
    }

    private synchronized float[] makeChunk(int index) {
        float[][] next = java.util.Arrays.copyOf(chunks, Math.max(chunks.length, index + 1));
        if (next[index] == null) {
            float[] chunk = new float[CHUNK * 2 * pairs];
            for (int p = 0; p < CHUNK; p++) {
                for (int i = 0; i < pairs; i++) {
                    double angle = (index * (double) CHUNK + p) * frequencies[i];
                    chunk[p * 2 * pairs + i] = (float) Math.cos(angle) * magnitude;
                    chunk[p * 2 * pairs + pairs + i] = (float) Math.sin(angle) * magnitude;
                }
            }
            next[index] = chunk;
        }
        chunks = next;
        return next[index];
    }
}
