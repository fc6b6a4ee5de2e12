package demitasse.agent;

import java.time.Instant;
import java.util.List;

/**
 * Everything that is kept about a session.
 *
 * @param handoffs resolved ones too, oldest first
 */
public record SessionData(
        String sessionId,
        Instant createdAt,
        Instant updatedAt,
        Preferences preferences,
        List<StoredMessage> messages,
        List<Handoff> handoffs,
        List<Feedback> feedback) {
    /**
     * @param comment masked
     * @param messageId the answer that it is about; 0: not known
     * @param reason one of {@link Opinion#REASONS}, or empty
     */
    public record Feedback(boolean helpful, String comment, Instant at, long messageId, String reason) {}
}
