package demitasse.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts a session's {@link Memory} into its prompts: the summary behind the instructions, so that all sessions share their
 * beginning, then the recent messages as a conversation. What is not of the session cannot get in: the memory is read
 * under the session's own id. The customer's name stays out.
 */
record RememberingGenerator(TextGenerator model, Store store) implements TextGenerator {
    private static final String EARLIER = "\n\nEarlier the customer asked:\n";

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
        return model.generate(SESSION.isBound() ? remembering(conversation) : conversation, maxTokens, onText);
    }

    private List<Message> remembering(List<Message> conversation) {
        List<StoredMessage> before = new ArrayList<>(store.history(SESSION.get()));
        while (!before.isEmpty() && role(before.getLast()).equals("user")) {
            before.removeLast(); // being answered
        }
        Memory memory = Memory.of(before, Memory.RECENT_TOKENS, Memory.SUMMARY_TOKENS, model::tokens);
        List<Message> all = new ArrayList<>();
        Message first = conversation.getFirst();
        all.add(
                memory.summary().isEmpty()
                        ? first
                        : new Message(first.role(), first.content() + EARLIER + memory.summary()));
        memory.recent().forEach(message -> add(all, role(message), Preferences.nameless(message.text())));
        conversation.stream().skip(1).forEach(message -> add(all, message.role(), message.content()));
        return all;
    }

    /** Chat templates want the roles to take turns. */
    private static void add(List<Message> all, String role, String text) {
        Message last = all.getLast();
        if (last.role().equals(role)) {
            all.set(all.size() - 1, new Message(role, last.content() + "\n" + text));
        } else {
            all.add(new Message(role, text));
        }
    }

    private static String role(StoredMessage message) {
        return message.role().equals("customer") ? "user" : "assistant";
    }

    @Override
    public int tokens(String text) {
        return model.tokens(text);
    }

    @Override
    public void forget(String session) {
        model.forget(session);
    }

    @Override
    public void forgetUnused(Duration age) {
        model.forgetUnused(age);
    }
}
