package demitasse.phi3;

import java.util.List;

/**
 * A rendered prompt in parts. Control tokens are recognised only in parts that the template wrote, so a user who types
 * {@code <|system|>} has typed plain text.
 */
public record Prompt(List<Part> parts) {
    /** @param trusted true where the template wrote the text, false where a message did */
    public record Part(String text, boolean trusted) {}

    public Prompt {
        parts = List.copyOf(parts);
    }

    /** A prompt whose control tokens are meant: raw completion. */
    public static Prompt raw(String text) {
        return new Prompt(List.of(new Part(text, true)));
    }

    /** The whole text. */
    public String text() {
        StringBuilder all = new StringBuilder();
        parts.forEach(part -> all.append(part.text()));
        return all.toString();
    }
}
