package demitasse.agent;

import demitasse.agent.pii.WrittenLanguage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which languages are spoken here, and which one a message is in. */
final class Languages {
    private static final String ENGLISH = WrittenLanguage.ENGLISH;

    private final List<String> spoken;

    /** @param spoken codes of the languages that the knowledge base has, as {@code en} or {@code en, de} */
    Languages(String spoken) {
        this(List.of(spoken.strip().split("[\\s,]+")));
    }

    /** @param spoken codes, the main one first */
    Languages(List<String> spoken) {
        this.spoken = List.copyOf(spoken);
    }

    /** The code of the message's language, if it is surely known. */
    Optional<String> known(String message) {
        return foreign(message)
                .or(() -> WrittenLanguage.foreign(message).filter(spoken::contains))
                .or(() -> WrittenLanguage.isEnglish(message) ? Optional.of(ENGLISH) : Optional.empty());
    }

    /** The code of the message's language, if that is surely none that is spoken here. */
    Optional<String> foreign(String message) {
        Optional<String> other = WrittenLanguage.foreign(message, spoken);
        return other.isEmpty() && !spoken.contains(ENGLISH) && WrittenLanguage.isEnglish(message)
                ? Optional.of(ENGLISH)
                : other;
    }

    /** The code of the message's language; where that is not sure, the first that is spoken here. */
    String of(String message) {
        return known(message).orElse(first());
    }

    /** The main language. */
    String first() {
        return spoken.getFirst();
    }

    boolean isSpoken(String code) {
        return spoken.contains(code);
    }

    /** The names of the languages spoken here, in the given language. */
    String spokenIn(String code) {
        Locale reader = Locale.of(code);
        return spoken.stream()
                .map(own -> Locale.of(own).getDisplayLanguage(reader))
                .collect(Collectors.joining(", "));
    }

    /**
     * In which languages a message may be.
     *
     * @param first the likeliest, the likeliest first
     * @param sure whether it surely is in English: others are easily taken for each other
     * @param english whether some word is English and none of another language
     */
    record Likely(List<String> first, boolean sure, boolean english) {
        /** Those of the codes that it may be in, the likeliest first, always with English; with {@code others}, all. */
        List<String> in(Collection<String> codes, boolean others) {
            Set<String> found = new LinkedHashSet<>(first);
            if (others) {
                codes.stream().filter(code -> !code.equals(ENGLISH)).forEach(found::add);
            }
            found.add(ENGLISH);
            found.retainAll(codes);
            return List.copyOf(found);
        }
    }

    /** A short message's language is hard to tell: then it may be in any. */
    Likely likely(String message) {
        WrittenLanguage.Guess guess = WrittenLanguage.guess(message);
        List<String> first = new ArrayList<>();
        guess.likely().filter(code -> !code.isEmpty()).ifPresent(first::add);
        spoken.stream().filter(code -> !code.equals(ENGLISH)).forEach(first::add);
        if (guess.english()) {
            first.add(ENGLISH);
        }
        return new Likely(first, WrittenLanguage.isEnglish(message), guess.english());
    }
}
