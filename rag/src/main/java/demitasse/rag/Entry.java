package demitasse.rag;

import java.util.List;

/**
 * A document as it is indexed.
 *
 * @param titleVector null when the title is blank
 * @param chunks at least one
 */
record Entry(Document document, float[] titleVector, List<Chunk> chunks) {
    /**
     * @param text empty when the document has a title only
     * @param vector of the title and the text together
     * @param tokens of the same, as {@link PassageReader#project} makes them; empty if nobody reads
     * @param sentences all of them, in order
     * @param words of the text and of the document's title
     */
    record Chunk(String text, float[] vector, byte[] tokens, List<Sentence> sentences, WordCounts words) {}
}
