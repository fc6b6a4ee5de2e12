package demitasse.agent;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a person must take over: rules for what has keywords, in the order of urgency. What has none is left to the
 * {@link Signals} head. Works on masked text.
 */
final class Escalation {
    /** Why a person takes over; lower case in replies and in the store. */
    enum Reason {
        SELF_HARM(2),
        SAFETY(2),
        FRAUD(1),
        LEGAL(1),
        ASKED(0),
        COMPLAINT(1),
        REPEATED_FAILURE(0);

        private final int urgency;

        Reason(int urgency) {
            this.urgency = urgency;
        }

        /** 0 normal, 1 high, 2 emergency. */
        int urgency() {
            return urgency;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Reason of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    private static final String RESOURCE = "escalation-rules.txt";
    private static final String PERSON = "{person}";
    private static final String EXCUSE = "not ";

    private final Map<Reason, List<Pattern>> rules = new LinkedHashMap<>();
    private final Map<Reason, List<Pattern>> excuses = new EnumMap<>(Reason.class);

    private Escalation() {}

    /** The rules that lie beside the classes. */
    static Escalation bundled() {
        Escalation escalation = new Escalation();
        String person = "";
        for (String line : WordList.text(RESOURCE).split("\n")) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int tab = line.indexOf('\t');
            String name = line.substring(0, tab);
            String pattern = line.substring(tab + 1);
            if (name.equals(PERSON)) {
                person = pattern;
            } else {
                escalation.add(name, Pattern.compile(pattern.replace(PERSON, person)));
            }
        }
        return escalation;
    }

    private void add(String name, Pattern pattern) {
        boolean excuse = name.startsWith(EXCUSE);
        Reason reason = Reason.of(excuse ? name.substring(EXCUSE.length()) : name);
        (excuse ? excuses : rules)
                .computeIfAbsent(reason, r -> new ArrayList<>())
                .add(pattern);
    }

    /** The first reason, in the order of the file, that the words of a masked text give. */
    Optional<Reason> byRules(String masked) {
        String text = plain(masked);
        for (Map.Entry<Reason, List<Pattern>> entry : rules.entrySet()) {
            if (matches(entry.getValue(), text) && !isExcused(entry.getKey(), masked)) {
                return Optional.of(entry.getKey());
            }
        }
        return Optional.empty();
    }

    /** True for texts that hold the words of a reason and mean something else ("are you human?"). */
    boolean isExcused(Reason reason, String masked) {
        return matches(excuses.getOrDefault(reason, List.of()), plain(masked));
    }

    private static boolean matches(List<Pattern> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(text).find());
    }

    private static String plain(String masked) {
        return masked.toLowerCase(Locale.ROOT).replace('’', '\'');
    }
}
