package demitasse.rag;

/**
 * A question ready to be searched for, by the knowledge base that made it.
 *
 * @param text as it was asked, cut where it is far too long
 * @param vector the embedding of the text with its spelling repaired
 * @param tokens the same text's tokens as {@link PassageReader} projects them; empty if nobody reads
 */
public record Question(String text, float[] vector, float[] tokens) {}
