package demitasse.agent;

import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The customer-service assistant: one for all visitors; everything about a visitor is kept under a session id. */
public final class Assistant implements AutoCloseable {
    /**
     * @param knowledgeBase searched for answers; closed by its owner
     * @param generator null: extractive answers only
     * @param database SQLite file for sessions, messages, hand-offs and feedback; null: in memory
     */
    public record Config(
            KnowledgeBase knowledgeBase,
            Embedder embedder,
            TextGenerator generator,
            AnswerMode answers,
            Path database) {}

    private Assistant() {}

    public static Assistant open(Config config) {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers one message. While a person has the session, the message is stored for them and the reply is escalated.
     *
     * @param onText pieces of the answer as they are decided on; their concatenation is {@link Reply#answer}
     */
    public Reply reply(String sessionId, String message, Consumer<String> onText) {
        throw new UnsupportedOperationException();
    }

    /** The masked messages of a session, oldest first. */
    public List<StoredMessage> history(String sessionId) {
        throw new UnsupportedOperationException();
    }

    /** Removes everything about a session. */
    public boolean erase(String sessionId) {
        throw new UnsupportedOperationException();
    }

    /** @param helpful like or dislike of a session's last answer */
    public void feedback(String sessionId, boolean helpful, String comment) {
        throw new UnsupportedOperationException();
    }

    /** Hand-offs that are not resolved, most urgent first, then oldest. */
    public List<Handoff> openHandoffs() {
        throw new UnsupportedOperationException();
    }

    public Optional<Handoff> handoff(String id) {
        throw new UnsupportedOperationException();
    }

    /** @throws IllegalStateException if somebody else has it or it is resolved */
    public Handoff claim(String handoffId, String person) {
        throw new UnsupportedOperationException();
    }

    /** A person's message to the customer, delivered with the session's history. */
    public Handoff answer(String handoffId, String person, String text) {
        throw new UnsupportedOperationException();
    }

    /** Ends the hand-off: the bot has the session again. */
    public Handoff resolve(String handoffId) {
        throw new UnsupportedOperationException();
    }

    public Classification classify(String text) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
