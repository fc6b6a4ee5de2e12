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
     * @param key of the row in the store; 0 until stored
     * @param text empty when the document has a title only
     * @param vector of the title and the text together
     * @param sentences all of them, in order
     */
    record Chunk(long key, String text, float[] vector, List<Sentence> sentences) {
        Chunk withKey(long stored) {
            return new Chunk(stored, text, vector, sentences);
        }
    }
}
