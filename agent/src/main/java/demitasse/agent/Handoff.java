package demitasse.agent;

import java.time.Instant;

/**
 * A conversation that waits for, or is with, a person.
 *
 * @param urgency 0 normal, 1 high, 2 emergency
 * @param summary masked
 * @param claimedBy the person's name; empty while it waits
 */
public record Handoff(
        String id,
        String sessionId,
        State state,
        String reason,
        int urgency,
        String summary,
        String claimedBy,
        Instant createdAt,
        Instant updatedAt) {
    /** The life of a hand-off; a session without one is with the bot. */
    public enum State {
        WAITING,
        PERSON,
        RESOLVED,
        /** A person gave the conversation back to the assistant and has not resolved it. */
        RETURNED
    }

    /** Whether it waits for a person or is with one. */
    public boolean isOpen() {
        return state == State.WAITING || state == State.PERSON;
    }
}
