package demitasse.server;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.ChatTemplate;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.Prompt;
import demitasse.phi3.Session;
import java.util.List;

/** Our own engine with a few contexts, so that the next turn of a conversation reads only what is new. */
final class PooledModel implements ChatModel {
    private final LanguageModel model;
    private final String name;
    private final int contextSize;
    private final SessionPool<Session> sessions;

    PooledModel(LanguageModel model, String name, int contextSize, int sessions) {
        this.model = model;
        this.name = name;
        this.contextSize = contextSize;
        this.sessions = new SessionPool<>(sessions, () -> model.newSession(contextSize));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int contextSize() {
        return contextSize;
    }

    @Override
    public int[] encode(List<ChatMessage> conversation) {
        ChatTemplate template = model.chatTemplate()
                .orElseThrow(() -> ApiException.unsupported(
                        "messages", "model '" + name + "' has no chat template that we know; use /v1/completions"));
        return model.encode(template.render(conversation, true));
    }

    @Override
    public int[] encode(String raw) {
        return model.encode(Prompt.raw(raw));
    }

    @Override
    public GenerationResult generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        SessionPool.Slot<Session> slot = sessions.take(prompt);
        boolean usable = false;
        try {
            GenerationResult result = slot.session().generate(prompt, options, listener);
            usable = true;
            return result;
        } finally {
            if (!usable) {
                sessions.discard(slot);
            }
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
