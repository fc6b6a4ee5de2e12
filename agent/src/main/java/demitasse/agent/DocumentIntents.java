package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.rag.Sentence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/**
 * What a document that answers a message says about the message's intent: many words that ask for a price ask for a product,
 * and as many for a delivery. Two heads on the mean of the document's sentences, one of which also knows the document's
 * source. Immutable.
 *
 * @param sources labels of documents, see {@link demitasse.rag.Document#source}; lower case
 * @param known for documents of these sources: input is the document's vector, then 1 for its source and 0 for the others
 * @param other for all documents: input is the document's vector
 */
record DocumentIntents(List<String> sources, Head known, Head other) {
    private static final String RESOURCE = "intent-documents.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a document is about stands at its beginning. */
    private static final int MAX_SENTENCES = 64;

    /** @throws IllegalStateException if the resource is missing */
    static DocumentIntents bundled() {
        try {
            return parse(JSON.readTree(WordList.text(RESOURCE)));
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + RESOURCE, e);
        }
    }

    static DocumentIntents parse(JsonNode root) {
        List<String> sources = StreamSupport.stream(root.get("sources").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return new DocumentIntents(sources, Head.parse(root.get("known")), Head.parse(root.get("other")));
    }

    /** Writes the file that {@link #bundled} reads. */
    void write(Path folder) throws IOException {
        Head.write(json(), folder.resolve(RESOURCE));
    }

    ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode names = root.putArray("sources");
        sources.forEach(names::add);
        root.set("known", known.json());
        root.set("other", other.json());
        return root;
    }

    /** A document's vector. */
    static float[] vector(List<Sentence> sentences, int dimensions) {
        List<float[]> first =
                sentences.stream().limit(MAX_SENTENCES).map(Sentence::vector).toList();
        return Vectors.unitMean(first, dimensions);
    }

    /** How many times as likely a message that the document answers has each intent; known up to a common factor. */
    double[] factors(float[] vector, String source) {
        int at = sources.indexOf(folded(source));
        return at < 0 ? other.probabilities(vector) : known.probabilities(withSource(vector, at, sources.size()));
    }

    static String folded(String source) {
        return source == null ? "" : source.strip().toLowerCase(Locale.ROOT);
    }

    /** The input of {@link #known}. */
    static float[] withSource(float[] vector, int source, int sources) {
        float[] input = Arrays.copyOf(vector, vector.length + sources);
        input[vector.length + source] = 1;
        return input;
    }
}
