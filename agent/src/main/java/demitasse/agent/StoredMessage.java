package demitasse.agent;

import java.time.Instant;

/** @param role customer, assistant, person or system; @param text masked */
public record StoredMessage(long id, String sessionId, String role, String text, Instant at) {}
