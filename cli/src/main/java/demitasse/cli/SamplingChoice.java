package demitasse.cli;

import demitasse.phi3.SamplerKind;
import demitasse.phi3.SamplingOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How the next token is chosen, for every command that generates; names and defaults are llama.cpp's. */
final class SamplingChoice {
    /** The breaker that stands for having none. */
    private static final String NO_BREAKERS = "none";

    private static final SamplingOptions USUAL = SamplingOptions.DEFAULT;

    /** One biased token. */
    record Bias(int id, float bias) {}

    /** llama.cpp's form: the id, then the sign and the number. */
    static final class BiasConverter implements ITypeConverter<Bias> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})([+-](?:\\d+(?:\\.\\d*)?|\\.\\d+|inf))");

        @Override
        public Bias convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches() || matcher.group(2).equals("+inf")) {
                throw new TypeConversionException("'" + text + "' is not like 15043+1, 15043-1.5 or 15043-inf");
            }
            String bias = matcher.group(2);
            return new Bias(
                    Integer.parseInt(matcher.group(1)),
                    bias.equals("-inf") ? Float.NEGATIVE_INFINITY : Float.parseFloat(bias));
        }
    }

    /** Names between semicolons. */
    static final class OrderConverter implements ITypeConverter<Order> {
        @Override
        public Order convert(String text) {
            try {
                return new Order(SamplerKind.order(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A list of its own type, since picocli takes a List for an option that is repeated. */
    record Order(List<SamplerKind> kinds) {
        @Override
        public String toString() {
            return kinds.stream().map(SamplerKind::label).collect(Collectors.joining(";"));
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--samplers",
            paramLabel = "A;B",
            converter = OrderConverter.class,
            description = "Which samplers are used, in order (default: ${DEFAULT-VALUE}).")
    private Order order = new Order(USUAL.order());

    @Option(
            names = {"-s", "--seed"},
            paramLabel = "S",
            description = "A negative one is random (default: ${DEFAULT-VALUE}).")
    private long seed = USUAL.seed();

    @Option(
            names = {"--temp", "--temperature"},
            paramLabel = "T",
            description = "Temperature; 0 is greedy (default: ${DEFAULT-VALUE}).")
    private float temperature = USUAL.temperature();

    @Option(
            names = "--dynatemp-range",
            paramLabel = "R",
            description = "The temperature goes so far up and down with the model's doubt; 0 is off"
                    + " (default: ${DEFAULT-VALUE}).")
    private float dynamicRange = USUAL.dynamicRange();

    @Option(names = "--dynatemp-exp", paramLabel = "E", description = "Its exponent (default: ${DEFAULT-VALUE}).")
    private float dynamicExponent = USUAL.dynamicExponent();

    @Option(names = "--top-k", paramLabel = "K", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private int topK = USUAL.topK();

    @Option(names = "--top-p", paramLabel = "P", description = "1 is off (default: ${DEFAULT-VALUE}).")
    private float topP = USUAL.topP();

    @Option(names = "--min-p", paramLabel = "P", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float minP = USUAL.minP();

    @Option(
            names = {"--top-nsigma", "--top-n-sigma"},
            paramLabel = "N",
            description = "-1 is off (default: ${DEFAULT-VALUE}).")
    private float topNSigma = USUAL.topNSigma();

    @Option(
            names = {"--typical", "--typical-p"},
            paramLabel = "P",
            description = "1 is off (default: ${DEFAULT-VALUE}).")
    private float typicalP = USUAL.typicalP();

    @Option(names = "--xtc-probability", paramLabel = "P", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float xtcProbability = USUAL.xtc().probability();

    @Option(names = "--xtc-threshold", paramLabel = "P", description = "Above 0.5 is off (default: ${DEFAULT-VALUE}).")
    private float xtcThreshold = USUAL.xtc().threshold();

    @Option(
            names = "--repeat-last-n",
            paramLabel = "N",
            description = "Tokens that the penalties look at; -1: the context (default: ${DEFAULT-VALUE}).")
    private int repeatLastN = USUAL.repeatLastN();

    @Option(names = "--repeat-penalty", paramLabel = "R", description = "1 is off (default: ${DEFAULT-VALUE}).")
    private float repeatPenalty = USUAL.repeatPenalty();

    @Option(names = "--presence-penalty", paramLabel = "X", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float presencePenalty = USUAL.presencePenalty();

    @Option(names = "--frequency-penalty", paramLabel = "X", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float frequencyPenalty = USUAL.frequencyPenalty();

    @Option(names = "--dry-multiplier", paramLabel = "X", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float dryMultiplier = USUAL.dry().multiplier();

    @Option(names = "--dry-base", paramLabel = "X", description = "Default: ${DEFAULT-VALUE}.")
    private float dryBase = USUAL.dry().base();

    @Option(
            names = "--dry-allowed-length",
            paramLabel = "N",
            description = "Shorter repetitions are not penalised (default: ${DEFAULT-VALUE}).")
    private int dryAllowedLength = USUAL.dry().allowedLength();

    @Option(
            names = "--dry-penalty-last-n",
            paramLabel = "N",
            description = "Tokens that are searched for repetitions; -1: the context (default: ${DEFAULT-VALUE}).")
    private int dryLastN = USUAL.dry().lastN();

    @Option(
            names = "--dry-sequence-breaker",
            paramLabel = "TEXT",
            description = "No repetition goes across it; may be repeated; none: there are none"
                    + " (default: newline, colon, quote and asterisk).")
    private List<String> dryBreakers = new ArrayList<>();

    @Option(
            names = "--mirostat",
            paramLabel = "V",
            description = "1 or 2: used instead of all but temperature and bias; 0 is off (default: ${DEFAULT-VALUE}).")
    private int mirostat = USUAL.mirostat().version();

    @Option(names = "--mirostat-lr", paramLabel = "ETA", description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private float mirostatRate = USUAL.mirostat().rate();

    @Option(
            names = "--mirostat-ent",
            paramLabel = "TAU",
            description = "Entropy to keep to, in bits (default: ${DEFAULT-VALUE}).")
    private float mirostatTarget = USUAL.mirostat().target();

    @Option(
            names = {"-l", "--logit-bias"},
            paramLabel = "ID(+|-)X",
            converter = BiasConverter.class,
            description = "Added to a token's logit, as 15043+1 or 15043-inf; may be repeated.")
    private List<Bias> biases = new ArrayList<>();

    /** @throws ParameterException if a value is outside what it can mean */
    SamplingOptions options() {
        try {
            return USUAL.with()
                    .order(order.kinds())
                    .seed(seed)
                    .temperature(temperature)
                    .dynamicRange(dynamicRange)
                    .dynamicExponent(dynamicExponent)
                    .topK(topK)
                    .topP(topP)
                    .minP(minP)
                    .topNSigma(topNSigma)
                    .typicalP(typicalP)
                    .xtc(new SamplingOptions.Xtc(xtcProbability, xtcThreshold))
                    .repeatLastN(repeatLastN)
                    .repeatPenalty(repeatPenalty)
                    .presencePenalty(presencePenalty)
                    .frequencyPenalty(frequencyPenalty)
                    .dry(dry())
                    .mirostat(new SamplingOptions.Mirostat(mirostat, mirostatTarget, mirostatRate))
                    .logitBias(biasById())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    private SamplingOptions.Dry dry() {
        List<String> breakers = dryBreakers.isEmpty() ? USUAL.dry().breakers() : new ArrayList<>(dryBreakers);
        if (breakers.contains(NO_BREAKERS)) {
            breakers = List.of();
        }
        return new SamplingOptions.Dry(dryMultiplier, dryBase, dryAllowedLength, dryLastN, breakers);
    }

    private Map<Integer, Float> biasById() {
        Map<Integer, Float> byId = new HashMap<>();
        biases.forEach(bias -> byId.merge(bias.id(), bias.bias(), Float::sum));
        return byId;
    }
}
