package demitasse.agent;

import java.time.Instant;
import java.util.List;

/**
 * @param role customer, assistant, person or system
 * @param text masked; in the assistant's own words the customer's chosen name is filled in
 * @param sources titles of the documents that an answer rests on
 * @param documents their ids in the same order; none where they are not known
 */
public record StoredMessage(
        long id, String sessionId, String role, String text, Instant at, List<String> sources, List<String> documents) {
    public StoredMessage(long id, String sessionId, String role, String text, Instant at, List<String> sources) {
        this(id, sessionId, role, text, at, sources, List.of());
    }

    StoredMessage withText(String newText) {
        return new StoredMessage(id, sessionId, role, newText, at, sources, documents);
    }
}
