package demitasse.server;

import demitasse.bertembed.Embedding;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** OpenAI's embeddings. */
final class EmbeddingEndpoints {
    /** @param truncated the text was longer than the model reads; ours, not OpenAI's */
    record Item(String object, int index, Object embedding, Boolean truncated) {}

    record EmbeddingUsage(int promptTokens, int totalTokens) {}

    record Response(String object, List<Item> data, String model, EmbeddingUsage usage) {}

    private final Vectors vectors;
    private final Lane lane;
    private final Limits limits;

    /** @param vectors null if the server has no embedding model */
    EmbeddingEndpoints(Vectors vectors, Lane lane, Limits limits) {
        this.vectors = vectors;
        this.lane = lane;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/embeddings", this::embed, Access.CUSTOMER);
    }

    private void embed(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        boolean base64 = base64(fields);
        Models.checkVectors(vectors, fields);
        EmbeddingRequest request = EmbeddingRequest.read(fields, vectors, limits, false);
        Send.json(ctx, response(request.run(ctx, vectors, lane), base64));
    }

    private static boolean base64(Fields fields) {
        return switch (fields.text("encoding_format", "float")) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw ApiException.invalid("encoding_format", "'encoding_format' must be float or base64");
        };
    }

    private Response response(List<Embedding.Result> results, boolean base64) {
        List<Item> items = new ArrayList<>();
        int tokens = 0;
        for (Embedding.Result result : results) {
            Object vector = base64 ? encode(result.vector()) : result.vector();
            items.add(new Item("embedding", items.size(), vector, result.truncated() ? true : null));
            tokens += result.tokens();
        }
        return new Response("list", items, vectors.name(), new EmbeddingUsage(tokens, tokens));
    }

    /** Little-endian floats, as OpenAI's clients read them. */
    private static String encode(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
