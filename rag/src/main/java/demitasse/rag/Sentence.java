package demitasse.rag;

/**
 * A sentence (or list item, or heading) of a document, as it stands there.
 *
 * @param vector its embedding, of length 1; shared, not to be written to
 */
public record Sentence(String text, float[] vector) {}
