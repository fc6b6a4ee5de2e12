package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that ask for too much. */
class ExhaustionTest {
    private Harness harness;

    @BeforeEach
    void start() throws IOException {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static String nested(int depth) {
        return "{\"message\":\"refund\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    @Test
    void deepJsonIsRefused() throws Exception {
        assertEquals(200, harness.post("/v1/assist", nested(50)).status());
        for (int depth : new int[] {101, 1_000, 100_000}) {
            var answer = harness.post("/v1/assist", nested(depth));
            assertEquals(400, answer.status());
            assertEquals("invalid_json", answer.errorCode());
        }
        assertEquals(400, harness.post("/v1/assist", "[".repeat(200_000)).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\":\"refund\",\"session\":\"%s\"}",
                "{\"message\":\"%s\"}",
                "{\"message\":\"refund\",\"%s\":1}",
                "{\"message\":%s}"
            })
    void longPartsAreRefused(String form) throws Exception {
        String part = form.contains(":%s}") ? "1".repeat(5_000) : "x".repeat(100_000);
        int status = harness.post("/v1/assist", form.formatted(part)).status();
        assertTrue(status == 400 || status == 413, form + ": " + status);
    }

    @Test
    void tokensAreLimitedWhateverIsAskedFor() throws Exception {
        var answer = harness.post("/v1/chat/completions", Harness.chat("\"max_tokens\":1000000000"));
        assertEquals(200, answer.status());
        assertTrue(answer.json().at("/usage/completion_tokens").asInt() <= Harness.LIMITS.maxTokens());
    }

    @Test
    void everyFullQueueSaysWhenToComeBack() throws Exception {
        harness.desk.words = new Semaphore(0);
        List<CompletableFuture<HttpResponse<String>>> inside = new ArrayList<>();
        int places = Harness.LIMITS.assistants() + Harness.LIMITS.queue();
        for (int i = 0; i < 4 * places; i++) {
            inside.add(harness.client.sendAsync(
                    harness.posting("/v1/assist", "{\"message\":\"refund\"}").build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        Patience.until(() -> inside.stream().filter(CompletableFuture::isDone).count() >= 3 * places);
        harness.desk.words.release(1_000);
        int refused = 0;
        for (var one : inside) {
            HttpResponse<String> answer = Patience.get(one);
            if (answer.statusCode() == 429) {
                refused++;
                assertNotNull(answer.headers().firstValue("Retry-After").orElse(null));
            }
        }
        assertEquals(3 * places, refused);
    }
}
