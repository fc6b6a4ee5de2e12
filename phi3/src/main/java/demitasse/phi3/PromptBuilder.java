package demitasse.phi3;

import java.util.ArrayList;
import java.util.List;

/** Collects the parts of a prompt; neighbours of the same kind become one part. */
final class PromptBuilder {
    private final List<Prompt.Part> parts = new ArrayList<>();

    /** Text that the template wrote. */
    PromptBuilder template(String text) {
        return add(text, true);
    }

    /** Text that stands in a message. */
    PromptBuilder message(String text) {
        return add(text, false);
    }

    Prompt build() {
        return new Prompt(parts);
    }

    private PromptBuilder add(String text, boolean trusted) {
        if (!parts.isEmpty() && parts.getLast().trusted() == trusted) {
            parts.add(new Prompt.Part(parts.removeLast().text() + text, trusted));
        } else if (!text.isEmpty()) {
            parts.add(new Prompt.Part(text, trusted));
        }
        return this;
    }
}
