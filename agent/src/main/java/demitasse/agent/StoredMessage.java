package demitasse.agent;

import java.time.Instant;
import java.util.List;

/**
 * @param role customer, assistant, person or system
 * @param text masked; in the assistant's own words the customer's chosen name is filled in
 * @param sources titles of the documents that an answer rests on
 */
public record StoredMessage(long id, String sessionId, String role, String text, Instant at, List<String> sources) {
    StoredMessage withText(String newText) {
        return new StoredMessage(id, sessionId, role, newText, at, sources);
    }
}
