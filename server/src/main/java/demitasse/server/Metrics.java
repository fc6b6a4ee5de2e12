package demitasse.server;

import demitasse.agent.Reply;
import demitasse.phi3.GenerationResult;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What Prometheus may know: counts and times, never a word that somebody wrote. */
final class Metrics {
    private static final Duration[] REQUEST_TIMES = {
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };
    private static final String RELOADED = "done";
    private static final String REFUSED = "refused";
    private static final String REPLIES = "demitasse.replies";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter promptTokens = tokens("prompt", "Prompt tokens, those found in a cache included");
    private final Counter cachedTokens = tokens("cached", "Prompt tokens found in a cache");
    private final Counter generatedTokens = tokens("generated", "Generated tokens");
    private final Timer firstToken = Timer.builder("demitasse.time.to.first.token")
            .description("From a request's arrival to its first token")
            .serviceLevelObjectives(
                    Duration.ofMillis(100),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10))
            .register(registry);
    private final DistributionSummary speed = DistributionSummary.builder("demitasse.generation.speed")
            .description("Tokens a second, by generation")
            .baseUnit("tokens_per_second")
            .serviceLevelObjectives(1, 3, 10, 30, 100)
            .register(registry);

    private final JvmGcMetrics collections = new JvmGcMetrics();

    Metrics() {
        collections.bindTo(registry);
        for (String outcome : new String[] {RELOADED, REFUSED}) {
            reloads(outcome);
        }
        Gauge.builder("demitasse.build.info", () -> 1)
                .description("The version that runs")
                .tag("version", version())
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private Counter tokens(String kind, String description) {
        return Counter.builder("demitasse.tokens")
                .description(description)
                .tag("kind", kind)
                .register(registry);
    }

    void queue(String name, IntSupplier waiting, IntSupplier running) {
        Gauge.builder("demitasse.queue.waiting", waiting::getAsInt)
                .description("Requests that wait for their turn")
                .tag("queue", name)
                .register(registry);
        Gauge.builder("demitasse.queue.running", running::getAsInt)
                .description("Requests that are worked on")
                .tag("queue", name)
                .register(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    private static String version() {
        String version = Metrics.class.getPackage().getImplementationVersion();
        return version == null ? "not packaged" : version;
    }

    private Counter reloads(String outcome) {
        return Counter.builder("demitasse.knowledge.reloads")
                .description("Times that the files of the knowledge base were read again")
                .tag("outcome", outcome)
                .register(registry);
    }

    void reload(boolean done) {
        reloads(done ? RELOADED : REFUSED).increment();
    }

    private Counter prompts(boolean hit) {
        return Counter.builder("demitasse.prompts")
                .description("Prompts of generations, by whether the cache had a part of them")
                .tag("cache", hit ? "hit" : "miss")
                .register(registry);
    }

    void generation(GenerationResult result, double firstTokenSeconds) {
        promptTokens.increment(result.promptTokens());
        cachedTokens.increment(result.cachedTokens());
        prompts(result.cachedTokens() > 0).increment();
        generatedTokens.increment(result.generatedTokens());
        if (!Double.isNaN(firstTokenSeconds)) {
            firstToken.record(Duration.ofNanos((long) (firstTokenSeconds * 1e9)));
        }
        if (result.generationSeconds() > 0) {
            speed.record(result.generatedTokens() / result.generationSeconds());
        }
    }

    /** Whether the assistant has answered anybody. */
    boolean replied() {
        return registry.find(REPLIES).counter() != null;
    }

    void reply(Reply reply) {
        String outcome = reply.escalated() ? "escalated" : reply.declined() ? "declined" : "answered";
        Counter.builder(REPLIES)
                .description("Answers of the assistant")
                .tag("outcome", outcome)
                .tag("intent", reply.intent().label())
                .register(registry)
                .increment();
    }

    /** @param route the template, never the path: that may hold a session id */
    void request(Context ctx, String route, float milliseconds) {
        Timer.builder("demitasse.http.requests")
                .description("HTTP requests")
                .serviceLevelObjectives(REQUEST_TIMES)
                .tag(
                        "method",
                        HandlerType.commonHttp().contains(ctx.method())
                                ? ctx.method().name()
                                : "other")
                .tag("route", route)
                .tag("status", Integer.toString(ctx.statusCode()))
                .register(registry)
                .record(Duration.ofNanos((long) (milliseconds * 1e6)));
    }

    String scrape() {
        return registry.scrape();
    }

    void close() {
        collections.close();
        registry.close();
    }
}
