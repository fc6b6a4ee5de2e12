package demitasse.server;

import demitasse.agent.Handoff;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is looked at when Prometheus asks. A gauge that fails is shown as not a number. */
final class Gauges {
    private static final String[] DATABASE_SUFFIXES = {"", "-wal", "-shm"};
    private static final Path MEMORY = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final long KILO = 1024;

    private final MeterRegistry registry;

    Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void add(Parts parts, Operations upkeep, Readiness readiness) {
        gauge(
                "demitasse.ready",
                "1: requests should be sent here",
                () -> readiness.state().isReady() ? 1 : 0);
        if (Files.isReadable(MEMORY)) {
            bytes("process.memory.resident", "Memory of the process that is in use", Gauges::residentBytes);
        }
        if (parts.chat() != null) {
            ChatModel model = parts.chat().model();
            bytes("demitasse.kv.cache", "Keys and values of all conversations", model::cacheBytes);
            gauge("demitasse.kv.conversations", "Conversations that are kept in the cache", model::conversations);
        }
        if (parts.desk() != null) {
            handoffs(parts.desk(), "waiting", Handoff.State.WAITING);
            handoffs(parts.desk(), "person", Handoff.State.PERSON);
        }
        if (upkeep.knowledge() != null) {
            gauge(
                    "demitasse.knowledge.documents",
                    "Documents of the knowledge base",
                    () -> upkeep.knowledge().documents().size());
        }
        upkeep.databases().forEach(this::database);
    }

    private void handoffs(Desk desk, String label, Handoff.State state) {
        Gauge.builder(
                        "demitasse.handoffs",
                        () -> desk.openHandoffs().stream()
                                .filter(handoff -> handoff.state() == state)
                                .count())
                .description("Hand-offs that are not resolved")
                .tag("state", label)
                .register(registry);
    }

    private void database(String name, Path file) {
        Gauge.builder("demitasse.database", () -> databaseBytes(file))
                .description("Size of a database with its log")
                .baseUnit("bytes")
                .tag("database", name)
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private void bytes(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).baseUnit("bytes").register(registry);
    }

    private static long databaseBytes(Path file) {
        long bytes = 0;
        for (String suffix : DATABASE_SUFFIXES) {
            try {
                bytes += Files.size(Path.of(file + suffix));
            } catch (IOException e) {
                // Not there: it comes and goes with the connections.
            }
        }
        return bytes;
    }

    private static long residentBytes() {
        try {
            Matcher line = RESIDENT.matcher(Files.readString(MEMORY));
            return line.find() ? KILO * Long.parseLong(line.group(1)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
