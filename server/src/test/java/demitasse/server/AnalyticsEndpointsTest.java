package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyticsEndpointsTest {
    @TempDir
    Path folder;

    private Shop shop;

    @BeforeEach
    void start() throws Exception {
        shop = new Shop(folder);
    }

    @AfterEach
    void stop() {
        shop.close();
    }

    @Test
    void anEmptyShopHasNoFigures() throws Exception {
        JsonNode analytics = shop.get("/v1/analytics").json();
        assertEquals("2026-10-25", analytics.path("from").asText());
        assertEquals("2026-11-23", analytics.path("to").asText());
        assertTrue(analytics.at("/summary/resolution_rate").isNull(), analytics.toString());
        assertTrue(analytics.at("/summary/median_ms").isNull());
        assertEquals(
                "day,measure,label,count\n\n",
                shop.get("/v1/analytics/export").response().body());
        for (String bad : new String[] {"0", "401", "-1", "x", ""}) {
            assertEquals(400, shop.get("/v1/analytics?days=" + bad).status(), bad);
        }
    }

    @Test
    void countsWhatHappenedAndNothingThatWasSaid() throws Exception {
        shop.ask("a", "refund time?");
        shop.send("POST", "/v1/feedback", Map.of("session", "a", "helpful", true));
        shop.ask("a", "hello");
        shop.ask("b", "parcel delivery?");
        shop.ask("b", "what is a FORGETME?");
        shop.send("POST", "/v1/feedback", Map.of("session", "b", "helpful", false, "comment", "bad FORGETME"));
        shop.ask("c", "I want to talk to a person");
        JsonNode analytics = shop.get("/v1/analytics?days=7").json();
        JsonNode summary = analytics.path("summary");
        assertEquals(3, summary.path("conversations").asInt(), analytics.toString());
        assertEquals(4, summary.path("questions").asInt(), analytics.toString());
        assertEquals(2, summary.path("answered").asInt(), analytics.toString());
        assertEquals(0.5, summary.path("resolution_rate").asDouble());
        assertEquals(1, summary.path("handoffs").asInt());
        assertEquals(1, summary.path("likes").asInt());
        assertEquals(1, summary.path("dislikes").asInt());
        assertEquals(1, analytics.at("/handoffs/waiting").asInt());
        assertEquals("2026-11-23T12:00:00Z", analytics.at("/handoffs/oldest").asText());
        assertEquals("what is a FORGETME?", analytics.at("/topics/0/question").asText());
        assertEquals("bad FORGETME", analytics.at("/comments/0/comment").asText());

        shop.send("DELETE", "/v1/sessions/b", Map.of());
        JsonNode after = shop.get("/v1/analytics?days=7").json();
        assertEquals(summary, after.path("summary"), "counts stay");
        assertFalse(after.toString().contains("FORGETME"), after.toString());
        String csv = shop.get("/v1/analytics/export?days=7").response().body();
        assertTrue(csv.contains("2026-11-23,handoff,asked,1\n"), csv);
        assertTrue(csv.contains("2026-11-23,outcome,declined,1\n"), csv);
    }

    @Test
    void whoHasNoKeySeesNothing() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "sesame\n");
        try (Harness locked = new Harness(config -> config.withApiKeyFile(keys))) {
            for (String path : List.of("/v1/kb", "/v1/kb/documents", "/v1/kb/questions", "/v1/analytics")) {
                assertEquals(401, locked.get(path).status(), path);
            }
            assertEquals(200, locked.get("/kb").status());
            assertEquals(200, locked.get("/analytics").status());
        }
    }

    @Test
    void aPeriodHasItsDaysOnly() throws Exception {
        shop.ask("a", "refund time?");
        shop.now.set(shop.now.get().plus(Duration.ofDays(7)));
        assertEquals(
                0,
                shop.get("/v1/analytics?days=7").json().at("/summary/questions").asInt());
        assertEquals(
                1,
                shop.get("/v1/analytics?days=8").json().at("/summary/questions").asInt());
    }
}
