package demitasse.server;

import demitasse.agent.Assistant;
import demitasse.bertembed.Embedding;
import demitasse.phi3.SamplingOptions;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnector;

/**
 * The HTTP API and the pages. Inside another program:
 *
 * <pre>{@code
 * try (var server = DemitasseServer.start(Config.of(assistant).withPort(0))) {
 *     System.out.println(server.url());
 *     ...
 * }
 * }</pre>
 */
public final class DemitasseServer implements AutoCloseable {
    /**
     * @param host a name or address of this machine; anything but loopback needs an API key
     * @param port 0: any that is free
     * @param assistant closed by its owner; null: no pages and none of its endpoints
     * @param chat the chat model of the API, closed by its owner; null: /v1/chat/completions answers 503
     * @param embedding the model of /v1/embeddings, closed by its owner; null: it answers 503
     * @param embeddingName what the API calls it; null: its own name
     * @param protection API keys, names, rates
     */
    public record Config(
            String host,
            int port,
            Assistant assistant,
            ChatGenerator chat,
            Embedding embedding,
            String embeddingName,
            Protection protection,
            Limits limits,
            SamplingOptions sampling) {
        public static final String LOOPBACK = "127.0.0.1";
        public static final int DEFAULT_PORT = 8080;

        public Config {
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(protection, "protection");
            Objects.requireNonNull(limits, "limits");
            Objects.requireNonNull(sampling, "sampling");
        }

        /** An assistant at 127.0.0.1:8080 and nothing else. */
        public static Config of(Assistant assistant) {
            return new Config(
                    LOOPBACK,
                    DEFAULT_PORT,
                    assistant,
                    null,
                    null,
                    null,
                    Protection.defaults(),
                    Limits.defaults(),
                    SamplingOptions.DEFAULT);
        }

        public Config withHost(String newHost) {
            return new Config(newHost, port, assistant, chat, embedding, embeddingName, protection, limits, sampling);
        }

        public Config withPort(int newPort) {
            return new Config(host, newPort, assistant, chat, embedding, embeddingName, protection, limits, sampling);
        }

        public Config withChat(ChatGenerator newChat) {
            return new Config(host, port, assistant, newChat, embedding, embeddingName, protection, limits, sampling);
        }

        public Config withEmbedding(Embedding newEmbedding, String name) {
            return new Config(host, port, assistant, chat, newEmbedding, name, protection, limits, sampling);
        }

        public Config withProtection(Protection newProtection) {
            return new Config(host, port, assistant, chat, embedding, embeddingName, newProtection, limits, sampling);
        }

        public Config withApiKeyFile(Path file) {
            return withProtection(protection.withApiKeyFile(file));
        }

        /** What a request to the API that does not say otherwise is answered with. */
        public Config withSampling(SamplingOptions newSampling) {
            return new Config(host, port, assistant, chat, embedding, embeddingName, protection, limits, newSampling);
        }

        public Config withLimits(Limits newLimits) {
            return new Config(host, port, assistant, chat, embedding, embeddingName, protection, newLimits, sampling);
        }
    }

    private static final int REMEMBERED_CALLERS = 50_000;
    /** For an answer that we have just ended to reach its client. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final String host;
    private final Limits limits;
    private final ChatEngine chat;
    private final Lane embeddings;
    private final Metrics metrics = new Metrics();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean warm = new AtomicBoolean();
    private final HttpSetup http;
    private final Javalin javalin;
    private int port;

    private DemitasseServer(Config settings, ApiKeys keys, Hosts hosts, Parts parts, Operations upkeep) {
        this.host = settings.host();
        this.limits = settings.limits();
        Protection protection = settings.protection();
        Callers callers = new Callers(protection.trustedProxies());
        this.chat = parts.chat();
        this.embeddings = new Lane("demitasse-embeddings", 1, limits.queue());
        Rates rates = keys.required() ? protection.rates() : Rates.of(0);
        Tolls tolls = new Tolls(callers, rates, new RateLimiter(REMEMBERED_CALLERS, System::nanoTime));
        this.http = new HttpSetup(protection.connections(), callers, metrics);
        this.javalin = Javalin.create(config -> {
            http.apply(config);
            Readiness readiness = new Readiness(parts.desk(), upkeep.knowledge(), warm::get, stopping::get);
            new Endpoints(parts, settings.sampling(), limits, embeddings, metrics, readiness, upkeep)
                    .register(config.routes, new Guard(keys, hosts, tolls, stopping::get));
        });
    }

    /**
     * Starts listening.
     *
     * @throws IOException if the port is in use, or the key file cannot be read
     * @throws IllegalArgumentException if the host is not loopback and there is no API key
     */
    public static DemitasseServer start(Config config) throws IOException {
        return start(config, Operations.NONE);
    }

    /** As {@link #start(Config)}, with what those who run the server want besides. */
    public static DemitasseServer start(Config config, Operations upkeep) throws IOException {
        return start(config, Parts.of(config), upkeep);
    }

    /** With the parts given here instead of those of the configuration. */
    static DemitasseServer start(Config config, Parts parts) throws IOException {
        return start(config, parts, Operations.NONE);
    }

    static DemitasseServer start(Config config, Parts parts, Operations upkeep) throws IOException {
        Protection protection = config.protection();
        ApiKeys keys = protection.apiKeyFile() == null ? ApiKeys.none() : ApiKeys.read(protection.apiKeyFile());
        Hosts hosts = Hosts.of(config.host(), protection.allowedHosts());
        if (hosts.reachFurther() && !keys.required()) {
            throw new IllegalArgumentException("listening on " + config.host()
                    + (protection.allowedHosts().isEmpty() ? "" : " under other names")
                    + " needs an API key (demitasse key add): others could read the conversations");
        }
        DemitasseServer server = new DemitasseServer(config, keys, hosts, parts, upkeep);
        WarmUp warmUp = new WarmUp(parts, server.stopping::get, server.metrics::replied, System::nanoTime);
        Thread.ofPlatform().daemon().name("demitasse-warm-up").start(() -> warmUp.run(() -> server.warm.set(true)));
        server.listen(config.port());
        return server;
    }

    private void listen(int wanted) throws IOException {
        try {
            tryAddress(wanted);
            javalin.start(host, wanted);
            port = javalin.port();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Javalin reports a port in use with a page of log; we look before it does. */
    private void tryAddress(int wanted) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), wanted));
        } catch (UnknownHostException e) {
            throw new IOException("no such address on this machine: " + host, e);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + host + ":" + wanted + ": " + e.getMessage(), e);
        }
    }

    /** For tests: those that are open now. */
    Connections connections() {
        return http.connections();
    }

    /** Methods and paths, as {@code GET /health}. */
    Set<String> routes() {
        return http.routes().keySet();
    }

    /** Who may use which of the routes. */
    Map<String, Access> access() {
        return http.routes();
    }

    public int port() {
        return port;
    }

    /** Where a browser on this machine finds the chat page. */
    public String url() {
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        String name = everywhere ? "localhost" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return "http://" + name + ":" + port;
    }

    /**
     * Answers new requests with 503, gives running ones {@link Limits#stopPatience} to finish, then ends generations
     * after their next token. The models and the assistant stay open. May be called from a shutdown hook, and twice.
     */
    public void stop() {
        stop(limits.stopPatience(), LAST_WORDS);
    }

    /** For tests, which may not depend on how long a busy machine takes. */
    void stop(Duration patience, Duration lastWords) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        // Until then balancers can still ask whether we are ready, and are told that we are not.
        if (!http.drained(patience) && chat != null) {
            chat.cancelAll();
            http.drained(lastWords);
        }
        for (Connector connector : javalin.jettyServer().server().getConnectors()) {
            ((NetworkConnector) connector).close();
        }
        javalin.stop();
        embeddings.close(LAST_WORDS);
        metrics.close();
    }

    @Override
    public void close() {
        stop();
    }
}
