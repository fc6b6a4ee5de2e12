package demitasse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Configures java.util.logging, to which all libraries log. The JDK makes an instance when the first logger is asked
 * for, so commands that log nothing do not pay for it.
 */
public final class Logging {
    private static final String CONFIG_FILE = "java.util.logging.config.file";
    private static final String CONFIG_CLASS = "java.util.logging.config.class";

    /**
     * A class of its own: asking for a logger starts the log manager. Held, because the log manager refers to loggers
     * weakly, and a collected one forgets its level.
     */
    private static final class Ours {
        private static final Logger LOGGER = Logger.getLogger("demitasse");
    }

    /** Called by the JDK. */
    public Logging() throws IOException {
        try (InputStream in = Logging.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
        }
    }

    /** Unless the user brings a configuration of their own. */
    static void install() {
        if (System.getProperty(CONFIG_FILE) == null && System.getProperty(CONFIG_CLASS) == null) {
            System.setProperty(CONFIG_CLASS, "demitasse.cli.Logging");
        }
    }

    /**
     * For a server: the form of the lines, and which of our own are shown; libraries speak up from warnings on. A user's
     * own configuration keeps its form.
     */
    static void configure(Formatter formatter, Level level) {
        Ours.LOGGER.setLevel(level);
        if (System.getProperty(CONFIG_FILE) == null) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(formatter);
            }
        }
    }
}
