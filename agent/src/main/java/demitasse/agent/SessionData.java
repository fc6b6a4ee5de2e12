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
    /** @param comment masked */
    public record Feedback(boolean helpful, String comment, Instant at) {}
}
