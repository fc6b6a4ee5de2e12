package demitasse.agent;

import java.time.Instant;

/**
 * What a customer asked and got no good answer to.
 *
 * @param id of the customer's message
 * @param text masked
 * @param why declined, partly (of several questions some had no answer), unsure (answered from a document that fits only
 *     just), aside (taken for small talk, but it asks something) or disliked
 * @param language its code
 */
public record UnansweredQuestion(long id, String text, Instant at, String why, String intent, String language) {}
