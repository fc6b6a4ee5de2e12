package demitasse.cli;

import demitasse.phi3.SamplingOptions;
import picocli.CommandLine.Option;

/** How the next token is chosen; the defaults are llama.cpp's. */
final class SamplingChoice {
    @Option(
            names = {"--temp", "--temperature"},
            paramLabel = "T",
            description = "Temperature; 0 is greedy (default: ${DEFAULT-VALUE}).")
    private float temperature = SamplingOptions.DEFAULT.temperature();

    @Option(names = "--top-k", paramLabel = "K", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private int topK = SamplingOptions.DEFAULT.topK();

    @Option(names = "--top-p", paramLabel = "P", description = "1 is off (default: ${DEFAULT-VALUE}).")
    private float topP = SamplingOptions.DEFAULT.topP();

    @Option(names = "--min-p", paramLabel = "P", description = "0 is off (default: ${DEFAULT-VALUE}).")
    private float minP = SamplingOptions.DEFAULT.minP();

    @Option(names = "--repeat-penalty", paramLabel = "R", description = "1 is off (default: ${DEFAULT-VALUE}).")
    private float repeatPenalty = SamplingOptions.DEFAULT.repeatPenalty();

    @Option(
            names = "--repeat-last-n",
            paramLabel = "N",
            description = "Tokens that the penalty looks at (default: ${DEFAULT-VALUE}).")
    private int repeatLastN = SamplingOptions.DEFAULT.repeatLastN();

    @Option(names = "--seed", paramLabel = "S", description = "A negative one is random (default: ${DEFAULT-VALUE}).")
    private long seed = SamplingOptions.DEFAULT.seed();

    SamplingOptions options() {
        return new SamplingOptions(temperature, topK, topP, minP, repeatPenalty, repeatLastN, seed);
    }
}
