package demitasse.server;

import demitasse.agent.Assistant;
import java.time.Duration;

/**
 * What one request may ask for.
 *
 * @param bodyBytes the longest request body; more is answered with 413
 * @param messageChars the longest message to the assistant, at most {@link Assistant#MAX_MESSAGE_CHARS}
 * @param embeddingInputs texts in one embeddings request
 * @param maxTokens the most tokens that one request may generate, asked for or not
 * @param assistants messages that the assistant works on at the same time
 * @param queue requests that may wait for the assistant, or for the embedding model; more are answered with 429
 * @param stopPatience how long running requests may take to finish when the server stops
 */
public record Limits(
        int bodyBytes,
        int messageChars,
        int embeddingInputs,
        int maxTokens,
        int assistants,
        int queue,
        Duration stopPatience) {
    public Limits {
        if (bodyBytes < 1 || messageChars < 1 || embeddingInputs < 1 || maxTokens < 1 || assistants < 1 || queue < 1) {
            throw new IllegalArgumentException("limits must be 1 or more");
        }
        if (messageChars > Assistant.MAX_MESSAGE_CHARS) {
            throw new IllegalArgumentException("messageChars: at most " + Assistant.MAX_MESSAGE_CHARS);
        }
    }

    public static Limits defaults() {
        return new Limits(256 * 1024, Assistant.MAX_MESSAGE_CHARS, 512, 2_048, 8, 64, Duration.ofSeconds(5));
    }

    public Limits withStopPatience(Duration patience) {
        return new Limits(bodyBytes, messageChars, embeddingInputs, maxTokens, assistants, queue, patience);
    }
}
