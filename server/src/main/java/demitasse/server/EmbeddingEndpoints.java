package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.bertembed.Embedding;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** OpenAI's embeddings. */
final class EmbeddingEndpoints {
    /** @param truncated the text was longer than the model reads; ours, not OpenAI's */
    record Item(String object, int index, Object embedding, Boolean truncated) {}

    record EmbeddingUsage(int promptTokens, int totalTokens) {}

    record Response(String object, List<Item> data, String model, EmbeddingUsage usage) {}

    /** Texts that are embedded at a time. */
    private static final int PIECE = 32;

    private static final long LOOK_MILLIS = 100;

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
        List<String> texts = inputs(fields);
        boolean base64 = base64(fields);
        if (vectors == null) {
            throw ApiException.unavailable("this server runs without an embedding model");
        }
        Models.check(fields, vectors.name());
        if (fields.whole("dimensions", vectors.dimensions(), 1) != vectors.dimensions()) {
            throw ApiException.unsupported("dimensions", "vectors have " + vectors.dimensions() + " dimensions");
        }
        Send.json(ctx, response(run(ctx, texts), base64));
    }

    private List<String> inputs(Fields fields) {
        JsonNode input = fields.node("input");
        if (input.isMissingNode()) {
            throw ApiException.missing("input");
        }
        if (input.isArray() && !input.isEmpty() && !input.get(0).isTextual()) {
            throw ApiException.unsupported("input", "'input' must be a string or an array of strings, not tokens");
        }
        List<String> texts = fields.texts("input");
        if (texts.isEmpty() || texts.size() > limits.embeddingInputs()) {
            throw ApiException.invalid("input", "'input' must have 1 to " + limits.embeddingInputs() + " texts");
        }
        if (texts.stream().anyMatch(String::isEmpty)) {
            throw ApiException.invalid("input", "'input' has an empty text");
        }
        return texts;
    }

    private static boolean base64(Fields fields) {
        return switch (fields.text("encoding_format", "float")) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw ApiException.invalid("encoding_format", "'encoding_format' must be float or base64");
        };
    }

    private List<Embedding.Result> run(Context ctx, List<String> texts) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            FutureTask<List<Embedding.Result>> job = lane.submit(() -> embed(texts, client));
            while (true) {
                try {
                    return job.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (client.gone()) {
                        lane.withdraw(job);
                        client.check();
                    }
                } catch (InterruptedException | CancellationException e) {
                    lane.withdraw(job);
                    throw ApiException.unavailable("the server is stopping");
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        }
    }

    /** Some texts at a time, so that nobody need wait for vectors that nobody wants any more. */
    private List<Embedding.Result> embed(List<String> texts, ClientWatch client) {
        List<Embedding.Result> results = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += PIECE) {
            client.check();
            results.addAll(vectors.embed(texts.subList(from, Math.min(from + PIECE, texts.size()))));
        }
        return results;
    }

    private static RuntimeException rethrown(Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(cause);
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
