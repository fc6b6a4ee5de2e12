package demitasse.phi3;

import java.util.List;
import java.util.Map;

/** Options on their way; see {@link SamplingOptions} for what they mean. */
public final class SamplingOptionsBuilder {
    private float temperature;
    private int topK;
    private float topP;
    private float minP;
    private float repeatPenalty;
    private int repeatLastN;
    private long seed;
    private float frequencyPenalty;
    private float presencePenalty;
    private float typicalP;
    private float topNSigma;
    private float dynamicRange;
    private float dynamicExponent;
    private SamplingOptions.Xtc xtc;
    private SamplingOptions.Dry dry;
    private SamplingOptions.Mirostat mirostat;
    private Map<Integer, Float> logitBias;
    private List<SamplerKind> order;

    SamplingOptionsBuilder(SamplingOptions from) {
        temperature = from.temperature();
        topK = from.topK();
        topP = from.topP();
        minP = from.minP();
        repeatPenalty = from.repeatPenalty();
        repeatLastN = from.repeatLastN();
        seed = from.seed();
        frequencyPenalty = from.frequencyPenalty();
        presencePenalty = from.presencePenalty();
        typicalP = from.typicalP();
        topNSigma = from.topNSigma();
        dynamicRange = from.dynamicRange();
        dynamicExponent = from.dynamicExponent();
        xtc = from.xtc();
        dry = from.dry();
        mirostat = from.mirostat();
        logitBias = from.logitBias();
        order = from.order();
    }

    public SamplingOptionsBuilder temperature(float value) {
        temperature = value;
        return this;
    }

    public SamplingOptionsBuilder topK(int value) {
        topK = value;
        return this;
    }

    public SamplingOptionsBuilder topP(float value) {
        topP = value;
        return this;
    }

    public SamplingOptionsBuilder minP(float value) {
        minP = value;
        return this;
    }

    public SamplingOptionsBuilder repeatPenalty(float value) {
        repeatPenalty = value;
        return this;
    }

    public SamplingOptionsBuilder repeatLastN(int value) {
        repeatLastN = value;
        return this;
    }

    public SamplingOptionsBuilder seed(long value) {
        seed = value;
        return this;
    }

    public SamplingOptionsBuilder frequencyPenalty(float value) {
        frequencyPenalty = value;
        return this;
    }

    public SamplingOptionsBuilder presencePenalty(float value) {
        presencePenalty = value;
        return this;
    }

    public SamplingOptionsBuilder typicalP(float value) {
        typicalP = value;
        return this;
    }

    public SamplingOptionsBuilder topNSigma(float value) {
        topNSigma = value;
        return this;
    }

    public SamplingOptionsBuilder dynamicRange(float value) {
        dynamicRange = value;
        return this;
    }

    public SamplingOptionsBuilder dynamicExponent(float value) {
        dynamicExponent = value;
        return this;
    }

    public SamplingOptionsBuilder xtc(SamplingOptions.Xtc value) {
        xtc = value;
        return this;
    }

    public SamplingOptionsBuilder dry(SamplingOptions.Dry value) {
        dry = value;
        return this;
    }

    public SamplingOptionsBuilder mirostat(SamplingOptions.Mirostat value) {
        mirostat = value;
        return this;
    }

    public SamplingOptionsBuilder logitBias(Map<Integer, Float> value) {
        logitBias = value;
        return this;
    }

    public SamplingOptionsBuilder order(List<SamplerKind> value) {
        order = value;
        return this;
    }

    /** @throws IllegalArgumentException if a value is outside what it can mean */
    public SamplingOptions build() {
        return new SamplingOptions(
                temperature,
                topK,
                topP,
                minP,
                repeatPenalty,
                repeatLastN,
                seed,
                frequencyPenalty,
                presencePenalty,
                typicalP,
                topNSigma,
                dynamicRange,
                dynamicExponent,
                xtc,
                dry,
                mirostat,
                logitBias,
                order);
    }
}
