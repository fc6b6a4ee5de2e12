package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    private static final int QUESTIONS = 25;
    private static final int BEFORE_READY = 10;
    private static final long STEP = WarmUp.BEFORE_READY.toNanos() / BEFORE_READY;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private final FakeDesk desk = new FakeDesk();

    /** A question that takes a tenth of the time there is. */
    private boolean ask() {
        now.addAndGet(STEP);
        return asked.incrementAndGet() < QUESTIONS;
    }

    private WarmUp warmUp(BooleanSupplier rehearsal, BooleanSupplier stopping) {
        desk.rehearsal = rehearsal;
        return new WarmUp(new Parts(desk, null, new FakeVectors()), stopping, () -> false, now::get);
    }

    @Test
    void readinessWaitsForAMomentAndTheRestFollows() {
        AtomicInteger ready = new AtomicInteger(-1);
        warmUp(this::ask, () -> false).run(() -> ready.compareAndSet(-1, asked.get()));
        assertEquals(BEFORE_READY, ready.get());
        assertEquals(QUESTIONS, asked.get());
    }

    @Test
    void endsWhenTheServerStops() {
        AtomicInteger ready = new AtomicInteger();
        warmUp(this::ask, () -> asked.get() == 2).run(ready::incrementAndGet);
        assertEquals(2, asked.get());
        assertEquals(1, ready.get());
        asked.set(0);
        warmUp(this::ask, () -> asked.get() == BEFORE_READY + 2).run(ready::incrementAndGet);
        assertEquals(BEFORE_READY + 2, asked.get());
        assertEquals(2, ready.get());
    }

    @Test
    void theRestIsLeftToCustomersWhereThereAreAny() {
        desk.rehearsal = this::ask;
        new WarmUp(new Parts(desk, null, null), () -> false, () -> true, now::get).run(() -> {});
        assertEquals(BEFORE_READY, asked.get());
    }

    @Test
    void aFaultIsLeftToTheFirstRequest() {
        AtomicInteger ready = new AtomicInteger();
        FakeModel model = new FakeModel();
        model.coldFailure = new IllegalStateException("closed");
        ChatEngine engine = new ChatEngine(model, 1);
        try {
            new WarmUp(new Parts(null, engine, null), () -> false, () -> false, now::get).run(ready::incrementAndGet);
        } finally {
            engine.close();
        }
        assertEquals(1, ready.get());
    }

    @Test
    void requestsThatComeMeanwhileAreAnswered() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        desk.rehearsal = () -> {
            asked.incrementAndGet();
            waitFor(held);
            return true;
        };
        try (DemitasseServer server = start();
                HttpClient client = HttpClient.newHttpClient()) {
            Patience.until(() -> asked.get() == 1);
            assertTrue(get(client, server, "/health/ready").body().contains("warming_up"));
            HttpRequest question = HttpRequest.newBuilder(URI.create(server.url() + "/v1/assist"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"refund\"}"))
                    .build();
            assertEquals(
                    200,
                    client.send(question, HttpResponse.BodyHandlers.ofString()).statusCode());
        } finally {
            held.countDown();
        }
        assertEquals(1, asked.get());
    }

    private DemitasseServer start() throws IOException {
        return DemitasseServer.start(Config.of(null).withPort(0), new Parts(desk, null, new FakeVectors()));
    }

    private static HttpResponse<String> get(HttpClient client, DemitasseServer server, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            Patience.await(latch);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsCounted(@TempDir Path folder) throws Exception {
        try (Shop shop = new Shop(folder);
                HttpClient client = HttpClient.newHttpClient()) {
            while (get(client, shop.server, "/health/ready").statusCode() != 200) {}
            assertFalse(get(client, shop.server, "/metrics").body().contains("demitasse_replies"));
            shop.send("POST", "/v1/assist", Map.of("message", "refund time?"));
            assertTrue(get(client, shop.server, "/metrics").body().contains("demitasse_replies"));
        }
    }
}
