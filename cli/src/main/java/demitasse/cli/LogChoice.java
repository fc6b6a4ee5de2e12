package demitasse.cli;

import java.util.logging.Level;
import picocli.CommandLine.Option;

/** What a server writes on stderr, and how. */
final class LogChoice {
    enum Format {
        TEXT,
        JSON
    }

    enum Depth {
        ERROR(Level.SEVERE),
        WARNING(Level.WARNING),
        INFO(Level.INFO),
        DEBUG(Level.FINE);

        private final Level level;

        Depth(Level level) {
            this.level = level;
        }
    }

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "text, or json: an object a line (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "error, warning, info (with a line a request) or debug (default: ${DEFAULT-VALUE}).")
    private Depth depth = Depth.INFO;

    boolean isJson() {
        return format == Format.JSON;
    }

    void apply() {
        Logging.configure(isJson() ? new JsonLogFormatter() : new TextLogFormatter(), depth.level);
    }
}
