package demitasse.server;

import demitasse.gguf.ModelSummary;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import demitasse.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A decoder model as the server sees it. Safe for as many threads as its engine has. */
interface ChatModel extends AutoCloseable {
    String name();

    /** Tokens that a prompt and its answer may have together. */
    int contextSize();

    /** Tokens have ids from 0 to one less. */
    int vocabularySize();

    /** @throws ApiException 400 if the model has no chat template */
    default int[] encode(List<ChatMessage> conversation) {
        return encode(conversation, Tools.NONE);
    }

    /**
     * A conversation with tools that the answer may use; if it must, the prompt ends with the opening of a call.
     *
     * @throws ApiException 400 if the model has no chat template
     */
    int[] encode(List<ChatMessage> conversation, Tools tools);

    /**
     * How the model writes calls.
     *
     * @throws ApiException 400 if the model has no chat template
     */
    ToolForm toolForm();

    /** A prompt whose control tokens are meant. */
    int[] encode(String raw);

    /**
     * The text that {@link #encode(List, Tools)} makes tokens of.
     *
     * @throws ApiException 400 if the model has no chat template
     */
    String render(List<ChatMessage> conversation, Tools tools);

    Tokenizer tokenizer();

    /** What the model's file says of it. */
    ModelSummary summary();

    /** The chat template in the model's file; empty without one. */
    String template();

    /** @param cancelled asked while the prompt is read, when the listener hears nothing */
    GenerationResult generate(
            int[] prompt, GenerationOptions options, GenerationListener listener, BooleanSupplier cancelled);

    /**
     * What the model thinks of each token of a prompt but the first, and of so many of the likeliest in its place.
     *
     * @param cancelled asked now and then; if it is true, the rest may be left out
     */
    List<ScoredToken> score(int[] prompt, int likeliest, BooleanSupplier cancelled);

    /** Drops what is kept of a session's prompts and answers. */
    void forget(String session);

    /** Drops what is kept of any prompt and was not used for so long. */
    void forgetUnused(Duration age);

    /** Lets the JIT compiler see the arithmetic before a request does; takes turns with requests. */
    void warmUp();

    /** Memory that keys and values take at the moment. */
    default long cacheBytes() {
        return 0;
    }

    /** Conversations of which something is kept. */
    default int conversations() {
        return 0;
    }

    @Override
    void close();
}
