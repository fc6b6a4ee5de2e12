package demitasse.server;

import demitasse.gguf.ModelSummary;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Ollama's views of the models at hand. Nothing can be pulled, made or deleted through them. */
final class OllamaModels {
    record Details(
            String parentModel,
            String format,
            String family,
            List<String> families,
            String parameterSize,
            String quantizationLevel) {}

    /**
     * @param digest tells models apart; not that of the file
     * @param expiresAt and what follows: of models in memory, null elsewhere
     */
    record Entry(
            String name,
            String model,
            String modifiedAt,
            long size,
            String digest,
            Details details,
            String expiresAt,
            Long sizeVram,
            Integer contextLength) {}

    record Listing(List<Entry> models) {}

    record Shown(
            String modelfile,
            String parameters,
            String template,
            Details details,
            Map<String, Object> modelInfo,
            List<String> capabilities,
            String modifiedAt) {}

    record Version(String version) {}

    /** One of the models. @param capabilities in Ollama's words */
    private record Known(String name, ModelSummary summary, int context, String template, List<String> capabilities) {}

    /** The Ollama whose API this is: its clients look at the version before they use what is newer. */
    private static final Version VERSION = new Version("0.12.11");

    private static final String TEMPLATE_KEY = "tokenizer.chat_template";
    private static final double BILLION = 1e9;
    private static final double MILLION = 1e6;
    private static final int YEARS_IN_MEMORY = 100;

    private final ChatEngine engine;
    private final Vectors vectors;
    private final Limits limits;
    private final Instant started = Instant.now();

    /**
     * @param engine null without a chat model
     * @param vectors null without an embedding model
     */
    OllamaModels(ChatEngine engine, Vectors vectors, Limits limits) {
        this.engine = engine;
        this.vectors = vectors;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/tags", ctx -> Send.json(ctx, listing(false)), Access.CUSTOMER);
        routes.get("/api/ps", ctx -> Send.json(ctx, listing(true)), Access.CUSTOMER);
        routes.post("/api/show", this::show, Access.CUSTOMER);
        routes.get("/api/version", ctx -> Send.json(ctx, VERSION), Access.OPEN);
    }

    private List<Known> known() {
        List<Known> known = new ArrayList<>();
        if (engine != null) {
            ChatModel model = engine.model();
            known.add(new Known(
                    model.name(),
                    model.summary(),
                    model.contextSize(),
                    model.template(),
                    model.template().isEmpty() ? List.of("completion") : List.of("completion", "tools")));
        }
        if (vectors != null) {
            known.add(new Known(vectors.name(), vectors.summary(), vectors.window(), "", List.of("embedding")));
        }
        return known;
    }

    private Listing listing(boolean inMemory) {
        return new Listing(known().stream().map(model -> entry(model, inMemory)).toList());
    }

    private Entry entry(Known model, boolean inMemory) {
        String name = model.name() + Models.LATEST;
        Instant expires = started.plus(365L * YEARS_IN_MEMORY, ChronoUnit.DAYS);
        return new Entry(
                name,
                name,
                started.toString(),
                model.summary().bytes(),
                digest(model),
                details(model.summary()),
                inMemory ? expires.toString() : null,
                inMemory ? 0L : null,
                inMemory ? model.context() : null);
    }

    private static String digest(Known model) {
        String identity = model.name()
                + '\n'
                + model.summary().keys()
                + '\n'
                + model.summary().bytes();
        return Digests.sha256(identity);
    }

    private static Details details(ModelSummary summary) {
        String family = summary.architecture();
        return new Details(
                "",
                "gguf",
                family,
                List.of(family),
                size(summary.parameters()),
                summary.type().name());
    }

    private static String size(long parameters) {
        return parameters >= BILLION
                ? String.format(Locale.ROOT, "%.1fB", parameters / BILLION)
                : String.format(Locale.ROOT, "%.2fM", parameters / MILLION);
    }

    private void show(Context ctx) throws IOException {
        Fields fields = Fields.of(ctx, limits.bodyBytes());
        // Older clients call it name.
        String asked = fields.text(fields.has("model") ? "model" : "name");
        Known model = known().stream()
                .filter(known -> asked.equals(known.name()) || asked.equals(known.name() + Models.LATEST))
                .findFirst()
                .orElseThrow(() -> Models.unknown("GET /api/tags lists them"));
        Map<String, Object> info = new LinkedHashMap<>(model.summary().keys());
        info.remove(TEMPLATE_KEY);
        info.put("general.parameter_count", model.summary().parameters());
        Send.json(
                ctx,
                new Shown(
                        "FROM " + model.name(),
                        "num_ctx " + model.context(),
                        model.template(),
                        details(model.summary()),
                        info,
                        model.capabilities(),
                        started.toString()));
    }
}
