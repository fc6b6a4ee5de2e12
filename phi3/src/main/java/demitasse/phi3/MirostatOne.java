package demitasse.phi3;

/** Estimates from the likeliest tokens how fast Zipf's law falls, and from that how many tokens to keep. */
final class MirostatOne extends Mirostat {
    /** llama.cpp's choice. */
    static final int USUAL_SAMPLE = 100;

    private final int vocabulary;
    private final int sample;

    /** @param sample how many tokens the estimate rests on */
    MirostatOne(float target, float rate, int seed, int vocabulary, int sample) {
        super(target, rate, seed);
        this.vocabulary = vocabulary;
        this.sample = sample;
    }

    @Override
    void cut(Candidates candidates) {
        candidates.sort(sample);
        float slope = slope(candidates);
        float epsilon = slope - 1;
        float k = (float)
                Math.pow(epsilon * Math.pow(2, limit()) / (1 - Math.pow(vocabulary, -epsilon)), 1 / (double) slope);
        new Sampler.TopK(Math.max(1, (int) k)).apply(candidates);
    }

    /** Least squares over the logarithms of neighbouring ranks and probabilities. */
    private float slope(Candidates candidates) {
        float products = 0;
        float squares = 0;
        int pairs = Math.min(sample, candidates.size()) - 1;
        for (int i = 0; i < pairs; i++) {
            float ranks = (float) Math.log((i + 2f) / (i + 1f));
            // The logarithm of the quotient of two probabilities.
            float fall = candidates.logit(i) - candidates.logit(i + 1);
            products += ranks * fall;
            squares += ranks * ranks;
        }
        return products / squares;
    }
}
