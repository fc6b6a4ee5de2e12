package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's list of models: the chat model, the embedding model. */
final class Models {
    record Model(String id, String object, long created, String ownedBy) {}

    record Listing(String object, List<Model> data) {}

    private static final String ANY = "default";
    /** Ollama's clients add it to names without a tag. */
    static final String LATEST = ":latest";

    private final List<Model> models = new ArrayList<>();

    /** @param names those that are there */
    Models(List<String> names) {
        long started = AnswerShape.now();
        names.forEach(name -> models.add(new Model(name, "model", started, "demitasse")));
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/models", ctx -> Send.json(ctx, new Listing("list", models)), Access.CUSTOMER);
        // A model's name may hold slashes.
        routes.get("/v1/models/<id>", this::one, Access.CUSTOMER);
    }

    private void one(Context ctx) {
        String id = ctx.pathParam("id");
        Model model = models.stream()
                .filter(m -> m.id().equals(id))
                .findFirst()
                .orElseThrow(() -> unknown("GET /v1/models lists them"));
        Send.json(ctx, model);
    }

    /**
     * The chat model.
     *
     * @throws ApiException 503 if there is none, 404 if the request asks for another
     */
    static ChatModel chat(ChatEngine engine, Fields fields) {
        if (engine == null) {
            throw ApiException.unavailable("this server runs without a chat model");
        }
        check(fields, engine.model().name());
        return engine.model();
    }

    /** @throws ApiException 503 if there is no embedding model, 404 if the request asks for another */
    static void checkVectors(Vectors vectors, Fields fields) {
        if (vectors == null) {
            throw ApiException.unavailable("this server runs without an embedding model");
        }
        check(fields, vectors.name());
    }

    /** @throws ApiException 404 if the request asks for another model; none, or "default", is the one at hand */
    static void check(Fields fields, String name) {
        String asked = fields.text("model", ANY);
        if (!asked.equals(ANY) && !asked.equals(name) && !asked.equals(name + LATEST)) {
            throw unknown("this server has '" + name + "'");
        }
    }

    static ApiException unknown(String hint) {
        return new ApiException(404, "invalid_request_error", "model", "model_not_found", "no such model; " + hint);
    }
}
