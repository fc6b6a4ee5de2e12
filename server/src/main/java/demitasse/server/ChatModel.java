package demitasse.server;

import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
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
    int[] encode(List<ChatMessage> conversation);

    /** A prompt whose control tokens are meant. */
    int[] encode(String raw);

    /** @param cancelled asked while the prompt is read, when the listener hears nothing */
    GenerationResult generate(
            int[] prompt, GenerationOptions options, GenerationListener listener, BooleanSupplier cancelled);

    /** Lets the JIT compiler see the arithmetic before a request does; takes turns with requests. */
    void warmUp();

    @Override
    void close();
}
