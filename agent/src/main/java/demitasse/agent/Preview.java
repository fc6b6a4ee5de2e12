package demitasse.agent;

import demitasse.rag.Hit;
import java.util.List;

/**
 * How the assistant would deal with a question of a new customer.
 *
 * @param question as it was searched for: masked, typing errors repaired
 * @param hits what the search finds, best first
 */
public record Preview(String question, List<Hit> hits, Reply reply) {}
