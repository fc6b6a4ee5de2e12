package demitasse.agent;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When a person must take over: rules for what has keywords, in the order of urgency, for each language. What has none is left
 * to the {@link Signals} head.
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

    /** Where silence costs most, a language that was taken for another must not matter. */
    private static final Set<Reason> IN_ANY_LANGUAGE = EnumSet.of(Reason.SELF_HARM, Reason.SAFETY);

    private static final String EXCUSE = "not ";

    /** The rules of one language. */
    private record Rules(Map<Reason, Pattern> reasons, Map<Reason, Pattern> excuses) {
        boolean call(Reason reason, String text) {
            return matches(reasons, reason, text);
        }

        boolean excuse(Reason reason, String text) {
            return matches(excuses, reason, text);
        }

        private static boolean matches(Map<Reason, Pattern> rules, Reason reason, String text) {
            return rules.containsKey(reason) && rules.get(reason).matcher(text).find();
        }
    }

    /** @param language the one whose rules found it */
    record Found(Reason reason, String language) {}

    private final Map<String, Rules> byLanguage = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a file has a line that is no rule, saying where */
    Escalation(LanguageFiles files) {
        RuleSet.byLanguage(files, LanguageFiles.ESCALATION, names())
                .forEach((language, set) -> byLanguage.put(language, rules(set)));
    }

    private static List<String> names() {
        List<String> labels = Stream.of(Reason.values())
                .filter(reason -> reason != Reason.REPEATED_FAILURE)
                .map(Reason::label)
                .toList();
        return Stream.concat(labels.stream(), labels.stream().map(EXCUSE::concat))
                .toList();
    }

    private static Rules rules(RuleSet set) {
        Map<Reason, Pattern> reasons = new EnumMap<>(Reason.class);
        Map<Reason, Pattern> excuses = new EnumMap<>(Reason.class);
        set.compiled().forEach((name, pattern) -> {
            boolean excuse = name.startsWith(EXCUSE);
            (excuse ? excuses : reasons).put(Reason.of(excuse ? name.substring(EXCUSE.length()) : name), pattern);
        });
        return new Rules(reasons, excuses);
    }

    /** The most urgent reason that the words of a message give, by the rules of a language that it may be in. */
    Optional<Found> byRules(Heard message) {
        for (Reason reason : Reason.values()) {
            boolean anyLanguage =
                    IN_ANY_LANGUAGE.contains(reason) || !message.languages().sure();
            for (String language : message.languages().in(byLanguage.keySet(), anyLanguage)) {
                Rules rules = byLanguage.get(language);
                String text = message.plain(language);
                if (rules.call(reason, text) && !rules.excuse(reason, text) && !isExcused(reason, message)) {
                    return Optional.of(new Found(reason, language));
                }
            }
        }
        return Optional.empty();
    }

    /** True for texts that hold the words of a reason and mean something else ("are you human?"). */
    boolean isExcused(Reason reason, Heard message) {
        return message.languages().in(byLanguage.keySet(), !message.languages().sure()).stream()
                .anyMatch(language -> byLanguage.get(language).excuse(reason, message.plain(language)));
    }
}
