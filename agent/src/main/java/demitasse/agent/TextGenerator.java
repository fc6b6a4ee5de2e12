package demitasse.agent;

import java.util.List;
import java.util.function.Consumer;

/** A chat model as the assistant sees it. Implemented outside this module; safe for several threads. */
public interface TextGenerator {
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
}
