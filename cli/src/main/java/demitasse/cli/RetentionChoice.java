package demitasse.cli;

import demitasse.agent.Retention;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long what customers write is kept. */
final class RetentionChoice {
    private static final String USUAL = "30d";

    @Option(
            names = "--keep-messages",
            paramLabel = "TIME",
            converter = Age.class,
            description = "How long messages are kept, as 30d, 12h or 45m; 0: until they are answered; forever"
                    + " (default: ${DEFAULT-VALUE}).")
    private Age messages = Age.USUALLY;

    @Option(
            names = "--keep-sessions",
            paramLabel = "TIME",
            converter = Age.class,
            description = "How long all about a session is kept after its last message (default: ${DEFAULT-VALUE}).")
    private Age sessions = Age.USUALLY;

    @Option(
            names = "--keep-handoffs",
            paramLabel = "TIME",
            converter = Age.class,
            description =
                    "How long hand-offs are kept after their last change, as long as their session is; 0: until they"
                            + " are resolved (default: ${DEFAULT-VALUE}).")
    private Age handoffs = Age.USUALLY;

    Retention retention() {
        return new Retention(messages.duration, sessions.duration, handoffs.duration);
    }

    /** A time with its unit. */
    static final class Age implements ITypeConverter<Age> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,6})([dhm])");
        private static final Map<String, Duration> UNITS =
                Map.of("d", Duration.ofDays(1), "h", Duration.ofHours(1), "m", Duration.ofMinutes(1));
        private static final Age USUALLY = new Age().convert(USUAL);

        private String text;
        /** Null: for ever. */
        private Duration duration;

        @Override
        public Age convert(String value) {
            Age age = new Age();
            age.text = value;
            Matcher form = FORM.matcher(value);
            if (value.equals("0")) {
                age.duration = Duration.ZERO;
            } else if (form.matches()) {
                age.duration = UNITS.get(form.group(2)).multipliedBy(Long.parseLong(form.group(1)));
            } else if (!value.equals("forever")) {
                throw new TypeConversionException("a time is 30d, 12h, 45m, 0 or forever, not '" + value + "'");
            }
            return age;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
