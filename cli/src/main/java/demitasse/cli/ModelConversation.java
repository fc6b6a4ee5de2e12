package demitasse.cli;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A conversation with a bare model. The KV cache keeps what was said, so each turn reads only the new message. */
final class ModelConversation implements Conversation, AutoCloseable {
    private static final int USUAL_CONTEXT = 4096;

    private final LanguageModel model;
    private final Session session;
    private final GenerationOptions options;
    private final String system;
    private final Notes notes;
    private final List<ChatMessage> messages = new ArrayList<>();
    private volatile boolean interrupted;

    /** @param context 0: the model's own, at most 4096 tokens */
    ModelConversation(
            LanguageModel model, int context, int tokens, String system, SamplingOptions sampling, Notes notes) {
        if (model.chatTemplate().isEmpty()) {
            throw new InputException(model.name() + " has no chat template that we know: use generate --raw");
        }
        this.model = model;
        this.session = model.newSession(context > 0 ? context : Math.min(USUAL_CONTEXT, model.trainedContext()));
        this.options = new GenerationOptions(tokens, sampling, List.of()).withSpeculation(true);
        this.system = system;
        this.notes = notes;
        clear();
    }

    @Override
    public void say(String message, Consumer<String> onText) {
        messages.add(new ChatMessage("user", message));
        boolean answered = false;
        try {
            int[] prompt = prompt();
            interrupted = false;
            GenerationResult result = session.generate(prompt, options, text -> {
                onText.accept(text);
                return !interrupted;
            });
            messages.add(new ChatMessage("assistant", result.text()));
            answered = true;
        } finally {
            if (!answered) {
                messages.removeLast(); // as if it had not been said
            }
        }
    }

    /** Forgets the oldest exchanges when there is no room left for an answer. */
    private int[] prompt() {
        int first = system == null ? 0 : 1;
        boolean forgot = false;
        int[] ids = model.encode(model.chatPrompt(messages));
        while (ids.length + Math.min(Math.max(options.maxTokens(), 1), session.contextSize() / 4)
                        > session.contextSize()
                && messages.size() > first + 2) {
            messages.subList(first, first + 2).clear();
            ids = model.encode(model.chatPrompt(messages));
            forgot = true;
        }
        if (forgot) {
            notes.say("the context is full: the oldest exchanges are forgotten");
        }
        return ids;
    }

    @Override
    public boolean undo() {
        if (messages.size() < 2 + (system == null ? 0 : 1)) {
            return false;
        }
        messages.removeLast();
        messages.removeLast();
        return true;
    }

    @Override
    public void clear() {
        messages.clear();
        if (system != null) {
            messages.add(new ChatMessage("system", system));
        }
    }

    @Override
    public List<Turn> turns() {
        return messages.stream()
                .map(message -> new Turn(message.role(), message.content()))
                .toList();
    }

    @Override
    public void interrupt() {
        interrupted = true;
    }

    @Override
    public void close() {
        session.close();
    }
}
