package demitasse.agent;

/**
 * A passage of the knowledge base that may answer a question, for a person who answers.
 *
 * @param document its document's id
 * @param source the document's label; may be empty
 * @param text the passage, as the assistant would answer with it
 * @param fits whether the assistant would have answered from it; else it is only what is nearest
 */
public record Suggestion(String document, String title, String source, String text, double score, boolean fits) {}
