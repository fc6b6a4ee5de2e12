package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.bertembed.Embedding;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * What OpenAI's and Ollama's requests for vectors have in common.
 *
 * @param tokens null if texts are asked for
 */
record EmbeddingRequest(List<String> texts, List<int[]> tokens) {
    private static final String INPUT = "input";

    /** Texts between two looks at whether the client is still there. */
    private static final int PIECE = 32;

    /**
     * @param none whether a request without any text is answered, as Ollama does
     * @throws ApiException 400 if a field is at fault
     */
    static EmbeddingRequest read(Fields fields, Vectors vectors, Limits limits, boolean none) {
        long dimensions = fields.whole("dimensions", vectors.dimensions(), 0);
        if (dimensions != vectors.dimensions() && dimensions != 0) {
            throw ApiException.unsupported(
                    "dimensions",
                    "vectors of '" + vectors.name() + "' have " + vectors.dimensions()
                            + " dimensions; a part of one says little");
        }
        JsonNode input = fields.node(INPUT);
        if (input.isMissingNode()) {
            throw ApiException.missing(INPUT);
        }
        JsonNode first = input.path(0);
        boolean single = first.isNumber();
        EmbeddingRequest request = single || first.isArray()
                ? new EmbeddingRequest(List.of(), tokens(single ? Json.array(input) : input, vectors.vocabularySize()))
                : new EmbeddingRequest(fields.texts(INPUT), null);
        request.check(limits.embeddingInputs(), none);
        return request;
    }

    private static List<int[]> tokens(JsonNode arrays, int vocabulary) {
        List<int[]> tokens = new ArrayList<>();
        for (JsonNode array : arrays) {
            if (!array.isArray()) {
                throw ApiException.invalid(INPUT, "'" + INPUT + "' must have texts or arrays of tokens, not both");
            }
            tokens.add(Fields.tokens(array, INPUT, vocabulary));
        }
        return tokens;
    }

    private void check(int most, boolean none) {
        int count = tokens == null ? texts.size() : tokens.size();
        if (count > most || count == 0 && !none) {
            throw ApiException.invalid(INPUT, "'" + INPUT + "' must have 1 to " + most + " texts");
        }
        boolean empty = tokens == null
                ? texts.stream().anyMatch(String::isEmpty)
                : tokens.stream().anyMatch(ids -> ids.length == 0);
        if (empty && !(none && count == 1)) {
            throw ApiException.invalid(INPUT, "'" + INPUT + "' has an empty text");
        }
    }

    /** Whether there is nothing to embed but an empty text. */
    boolean isEmpty() {
        return tokens == null && texts.stream().allMatch(String::isEmpty);
    }

    List<Embedding.Result> run(Context ctx, Vectors vectors, Lane lane) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return lane.run(client, () -> embed(vectors, client));
        }
    }

    /** Some texts at a time, so that nobody need wait for vectors that nobody wants any more. */
    private List<Embedding.Result> embed(Vectors vectors, ClientWatch client) {
        int count = tokens == null ? texts.size() : tokens.size();
        List<Embedding.Result> results = new ArrayList<>(count);
        for (int from = 0; from < count; from += PIECE) {
            client.check();
            int to = Math.min(from + PIECE, count);
            results.addAll(
                    tokens == null
                            ? vectors.embed(texts.subList(from, to))
                            : vectors.embedTokens(tokens.subList(from, to)));
        }
        return results;
    }
}
