package demitasse.agent;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A chat model as the assistant sees it. Implemented outside this module; safe for several threads. */
public interface TextGenerator {
    /** The session for which text is generated, so that what is kept of a prompt can be forgotten with it. */
    ScopedValue<String> SESSION = ScopedValue.newInstance();

    /** @param role system, user or assistant */
    record Message(String role, String content) {}

    /** The model's name, for logs and answers. */
    String name();

    /**
     * Continues the conversation.
     *
     * @param maxTokens the most tokens to generate
     * @param onText receives pieces of text as they come; if it throws, generation stops and the exception passes
     * @return the whole text
     */
    String generate(List<Message> conversation, int maxTokens, Consumer<String> onText);

    /** How many tokens a text is, at least about: to keep prompts within a budget. */
    default int tokens(String text) {
        return 1 + text.length() / 3;
    }

    /** Drops what is kept of the prompts and answers of a session, as cached keys and values. */
    default void forget(String session) {}

    /** Drops what is kept of any prompt and was not used for so long. */
    default void forgetUnused(Duration age) {}
}
