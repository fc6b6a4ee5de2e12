package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A {@link LanguageModel} that several callers share: the assistant through {@link TextGenerator}, the API through
 * {@link DemitasseServer.Config}. A few generations run at a time, computed together; a bounded number waits.
 */
public final class ChatGenerator implements TextGenerator, AutoCloseable {
    /**
     * @param contextSize tokens of a prompt and its answer together
     * @param parallel generations that run at once; four times as many conversations keep their KV cache, if the
     *     model has memory for them
     * @param queue generations that may wait behind the running ones
     */
    public record Options(int contextSize, int parallel, int queue) {
        private static final int CONTEXT = 4096;
        private static final int PARALLEL = 4;
        private static final int KEPT = 4;
        private static final int QUEUE = 16;

        public Options {
            if (contextSize < 1 || parallel < 1 || queue < 1) {
                throw new IllegalArgumentException("contextSize, parallel and queue must be 1 or more");
            }
        }

        /** The model's own context, at most 4096 tokens; four at once; 16 waiting. */
        public static Options defaults(LanguageModel model) {
            return new Options(Math.min(model.trainedContext(), CONTEXT), PARALLEL, QUEUE);
        }

        public Options withParallel(int newParallel) {
            return new Options(contextSize, newParallel, queue);
        }

        /** Conversations that are kept. */
        private int sessions() {
            return KEPT * parallel;
        }
    }

    /** What the request's thread does now and then to learn whether its client is still there; throws if not. */
    static final ScopedValue<Runnable> PULSE = ScopedValue.newInstance();

    private final ChatEngine engine;

    /** @param model closed by its owner, after this */
    public ChatGenerator(LanguageModel model) {
        this(model, model.name(), Options.defaults(model));
    }

    /** @param name what the API calls the model */
    public ChatGenerator(LanguageModel model, String name, Options options) {
        this(new ChatEngine(
                new PooledModel(model, name, options.contextSize(), options.sessions()),
                options.parallel(),
                options.queue()));
    }

    ChatGenerator(ChatEngine engine) {
        this.engine = engine;
    }

    ChatEngine engine() {
        return engine;
    }

    @Override
    public String name() {
        return engine.model().name();
    }

    /**
     * Greedy: an answer from documents must not depend on luck. It repeats them, so it is speculated on.
     *
     * @throws demitasse.phi3.PromptTooLongException if the conversation does not fit
     * @throws QueueFullException if too much is waiting
     */
    @Override
    public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
        List<ChatMessage> messages = conversation.stream()
                .map(message -> new ChatMessage(message.role(), message.content()))
                .toList();
        int[] prompt = engine.model().encode(messages);
        Runnable pulse = PULSE.orElse(() -> {});
        GenerationResult result = engine.generate(
                prompt,
                GenerationOptions.greedy(maxTokens).withSpeculation(true),
                text -> {
                    pulse.run();
                    onText.accept(text);
                    return true;
                },
                pulse);
        if (result.finishReason() == FinishReason.CANCELLED) {
            // Half an answer must not be taken for one.
            throw ApiException.unavailable("the server is stopping");
        }
        return result.text();
    }

    @Override
    public int tokens(String text) {
        return engine.model().encode(text).length;
    }

    @Override
    public void forget(String session) {
        engine.model().forget(session);
    }

    @Override
    public void forgetUnused(Duration age) {
        engine.model().forgetUnused(age);
    }

    /** Stops what runs and frees the contexts; the model stays open. */
    @Override
    public void close() {
        engine.close();
    }
}
