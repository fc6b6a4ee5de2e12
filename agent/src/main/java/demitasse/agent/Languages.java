package demitasse.agent;

import demitasse.agent.pii.WrittenLanguage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which languages are spoken here, and whether a message surely is in another. */
final class Languages {
    private final List<String> spoken;

    /** @param spoken codes of the languages that the knowledge base has, as {@code en} or {@code en, de} */
    Languages(String spoken) {
        this.spoken = List.of(spoken.strip().split("[\\s,]+"));
    }

    /** The code of the message's language, if that is surely none that is spoken here. */
    Optional<String> foreign(String message) {
        return WrittenLanguage.foreign(message).filter(code -> !spoken.contains(code));
    }

    /** The code of the message's language; where that is not sure, the first that is spoken here. */
    String of(String message) {
        return WrittenLanguage.foreign(message).orElse(spoken.getFirst());
    }

    /** The language of what is not translated. */
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
}
