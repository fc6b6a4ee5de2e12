package demitasse.cli;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a server is kept running. */
final class ServerChoice {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings, as 'port = 8081' a line; flags and DEMITASSE_PORT and its like go before them.")
    private Path config;

    @Option(names = "--print-config", description = "Print the settings and where they come from, and exit.")
    private boolean print;

    @Option(names = "--watch", description = "Read the files of --kb again when they change.")
    private boolean watch;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description =
                    "How long running answers may take when the server is told to stop (default: ${DEFAULT-VALUE}).")
    private int drain = 10;

    boolean isPrint() {
        return print;
    }

    boolean isWatch() {
        return watch;
    }

    int drainSeconds() {
        return drain;
    }

    Duration drain() {
        return Duration.ofSeconds(drain);
    }
}
