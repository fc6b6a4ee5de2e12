package demitasse.cli;

import demitasse.phi3.LoadOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command computes with a model. */
final class LoadChoice {
    @Option(names = "--exact", description = "Float arithmetic on the weights as they are in the file.")
    private boolean exact;

    @Mixin
    private ThreadsChoice threads;

    boolean exact() {
        return exact;
    }

    int threads() {
        return threads.count();
    }

    LoadOptions options() {
        return new LoadOptions(threads(), exact);
    }
}
