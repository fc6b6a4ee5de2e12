package demitasse.phi3;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses tokens as {@link SamplingOptions} say; holds the state of one generation. */
final class TokenSampler {
    /** Dividing by less than this leaves nothing but the largest anyway, or infinities. */
    private static final float GREEDY_BELOW = 1e-6f;

    private final Candidates candidates;
    private final List<Sampler> chain = new ArrayList<>();
    /** Null: take the largest. */
    private final Mt19937 random;
    /** Null: draw by the probabilities. */
    private final Mirostat mirostat;

    /** For a model's tokens and a context of so many; reads the model's vocabulary if DRY wants its breakers. */
    static TokenSampler of(SamplingOptions options, LanguageModel model, int context) {
        boolean breakers = usesDry(options) && model.hasTokenizer();
        return new TokenSampler(
                options,
                model.vocabularySize(),
                context,
                breakers ? DryBreakers.of(options.dry().breakers(), model.tokenizer()) : Map.of());
    }

    /** @throws IllegalArgumentException if a biased token is not of the vocabulary */
    TokenSampler(SamplingOptions options, int vocabulary, int context, Map<Integer, List<int[]>> dryBreakers) {
        candidates = new Candidates(vocabulary);
        int seed = seed(options);
        if (!options.logitBias().isEmpty()) {
            chain.add(new LogitBias(options.logitBias(), vocabulary));
        }
        mirostat = mirostat(options, vocabulary, seed);
        boolean greedy = mirostat == null && takesLargest(options);
        random = greedy ? null : new Mt19937(seed);
        if (mirostat != null) {
            chain.add(temperature(options));
            return;
        }
        for (SamplerKind kind : options.order()) {
            Sampler sampler = switch (kind) {
                case PENALTIES -> penalties(options, vocabulary, context);
                case DRY ->
                    usesDry(options)
                            ? new Dry(
                                    options.dry(),
                                    vocabulary,
                                    window(options.dry().lastN(), context),
                                    dryBreakers)
                            : null;
                // None of the others removes the largest.
                default -> greedy ? null : stateless(kind, options, seed);
            };
            if (sampler != null) {
                chain.add(sampler);
            }
        }
    }

    private static Sampler stateless(SamplerKind kind, SamplingOptions options, int seed) {
        return switch (kind) {
            case TOP_N_SIGMA -> options.topNSigma() > 0 ? new TopNSigma(options.topNSigma()) : null;
            case TOP_K -> options.topK() > 0 ? new Sampler.TopK(options.topK()) : null;
            case TYPICAL -> options.typicalP() < 1 ? new TypicalP(options.typicalP(), 0) : null;
            case TOP_P -> options.topP() < 1 ? new Sampler.TopP(options.topP(), 0) : null;
            case MIN_P -> options.minP() > 0 ? new Sampler.MinP(options.minP(), 0) : null;
            case XTC ->
                options.xtc().probability() > 0
                        ? new Xtc(options.xtc().probability(), options.xtc().threshold(), 0, seed)
                        : null;
            case TEMPERATURE -> temperature(options);
            case PENALTIES, DRY -> throw new IllegalArgumentException(kind.label());
        };
    }

    private static Sampler penalties(SamplingOptions options, int vocabulary, int context) {
        return options.penalise()
                ? new Penalties(
                        vocabulary,
                        window(options.repeatLastN(), context),
                        options.repeatPenalty(),
                        options.frequencyPenalty(),
                        options.presencePenalty())
                : null;
    }

    private static Sampler temperature(SamplingOptions options) {
        if (options.dynamicRange() > 0) {
            return new DynamicTemperature(options.temperature(), options.dynamicRange(), options.dynamicExponent());
        }
        return new Sampler.Temperature(options.temperature() < GREEDY_BELOW ? 0 : options.temperature());
    }

    private static Mirostat mirostat(SamplingOptions options, int vocabulary, int seed) {
        SamplingOptions.Mirostat wanted = options.mirostat();
        return switch (wanted.version()) {
            case 1 -> new MirostatOne(wanted.target(), wanted.rate(), seed, vocabulary, MirostatOne.USUAL_SAMPLE);
            case 2 -> new MirostatTwo(wanted.target(), wanted.rate(), seed);
            default -> null;
        };
    }

    /** Whether the result is the largest logit after the penalties, so that nothing needs sorting. */
    private static boolean takesLargest(SamplingOptions options) {
        List<SamplerKind> order = options.order();
        boolean mayLoseLargest = order.contains(SamplerKind.TYPICAL) && options.typicalP() < 1
                || order.contains(SamplerKind.XTC) && options.xtc().probability() > 0;
        return options.temperature() < GREEDY_BELOW
                && options.dynamicRange() <= 0
                && !mayLoseLargest
                && !order.isEmpty()
                && order.getLast() == SamplerKind.TEMPERATURE
                && cutsComeAfterPenalties(order);
    }

    /** What was cut before the penalties must not come back. */
    private static boolean cutsComeAfterPenalties(List<SamplerKind> order) {
        int penalties = Math.max(order.lastIndexOf(SamplerKind.PENALTIES), order.lastIndexOf(SamplerKind.DRY));
        return order.subList(0, penalties + 1).stream()
                .allMatch(kind -> kind == SamplerKind.PENALTIES || kind == SamplerKind.DRY);
    }

    private static boolean usesDry(SamplingOptions options) {
        return options.mirostat().version() == 0
                && options.dry().on()
                && options.order().contains(SamplerKind.DRY);
    }

    private static int window(int lastN, int context) {
        return lastN < 0 ? context : Math.min(lastN, context);
    }

    /** llama.cpp's seeds have 32 bits. */
    private static int seed(SamplingOptions options) {
        return options.seed() < 0 ? ThreadLocalRandom.current().nextInt() : (int) options.seed();
    }

    /** The token after these logits of the whole vocabulary. */
    int next(float[] logits) {
        candidates.fill(logits);
        return choose();
    }

    /** The same, of the tokens of a mask, which is not empty. */
    int next(float[] logits, BitSet allowed) {
        candidates.fill(logits, allowed);
        return choose();
    }

    private int choose() {
        for (int i = 0; i < chain.size(); i++) {
            chain.get(i).apply(candidates);
        }
        if (mirostat != null) {
            return candidates.id(mirostat.choose(candidates));
        }
        return candidates.id(random == null ? candidates.best() : draw(candidates, random));
    }

    /** Of what the last token was chosen, after all samplers. */
    Candidates left() {
        if (random == null && mirostat == null) {
            candidates.sort(1);
            candidates.truncate(1);
        }
        return candidates;
    }

    /** The index of a candidate, drawn by its probability; sorts no more of them than it needs. */
    static int draw(Candidates candidates, Mt19937 random) {
        double goal = random.nextDouble() * candidates.total();
        double sum = 0;
        int last = candidates.size() - 1;
        for (int i = 0; i < last; i++) {
            if (candidates.tooFar(i)) {
                int index = candidates.indexOf((int) candidates.keyAtMass(goal));
                return index < 0 ? last : index;
            }
            candidates.sortUpTo(i);
            sum += candidates.weight(i);
            if (sum >= goal) {
                return i;
            }
        }
        return last;
    }

    /** Tells that a token was chosen. */
    void accept(int id) {
        for (int i = 0; i < chain.size(); i++) {
            chain.get(i).accept(id);
        }
    }

    /** Tells what stands before the generation: the penalties count it too, as in llama.cpp. */
    void acceptPrompt(int[] prompt) {
        for (int id : prompt) {
            accept(id);
        }
    }
}
