package demitasse.agent;

import java.util.List;

/**
 * Unanswered questions that are about the same thing.
 *
 * @param question the text of the one in the middle, for a heading
 * @param questions at least one, the newest first
 */
public record UnansweredTopic(String question, List<UnansweredQuestion> questions) {}
