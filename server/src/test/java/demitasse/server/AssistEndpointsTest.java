package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.Opinion;
import demitasse.testkit.Patience;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssistEndpointsTest {
    private Harness harness;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static String message(String session, String text) {
        return "{\"session\":\"" + session + "\",\"message\":\"" + text + "\",\"unknown\":1}";
    }

    private Harness.Answer assist(String session, String text) throws Exception {
        return harness.post("/v1/assist", message(session, text));
    }

    @Test
    void answersWithSources() throws Exception {
        var answer = assist("s1", "how long does a refund take?");
        assertEquals(200, answer.status(), answer.body());
        JsonNode json = answer.json();
        assertEquals("s1", json.path("session").asText());
        assertEquals(FakeDesk.REFUND, json.path("answer").asText());
        assertEquals("refunds", json.at("/sources/0/id").asText());
        assertEquals("returns", json.path("intent").asText());
        assertFalse(json.path("escalated").asBoolean());
        assertFalse(json.path("declined").asBoolean());
        assertTrue(json.at("/timings/total").isNumber());
    }

    @Test
    void declinesAndEscalates() throws Exception {
        assertTrue(assist("s1", "capital of Peru?").json().path("declined").asBoolean());
        JsonNode handover = assist("s1", "a person please").json();
        assertTrue(handover.path("escalated").asBoolean());
        assertEquals("asked", handover.path("reason").asText());
    }

    @Test
    void streamsTokensThenSourcesThenTheReply() throws Exception {
        var answer = harness.send(
                harness.posting("/v1/assist", message("s1", "refund")).header("Accept", "text/event-stream"));
        List<String> events = answer.body()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .distinct()
                .toList();
        assertEquals(List.of("token", "sources", "done"), events);
        StringBuilder text = new StringBuilder();
        answer.data().forEach(data -> text.append(data.path("text").asText("")));
        assertEquals(FakeDesk.REFUND, text.toString());
        assertEquals(FakeDesk.REFUND, answer.data().getLast().path("answer").asText());
    }

    @Test
    void makesASessionThatCannotBeGuessed() throws Exception {
        String first = harness.post("/v1/assist", "{\"message\":\"hi\"}")
                .json()
                .path("session")
                .asText();
        String second = harness.post("/v1/assist", "{\"message\":\"hi\"}")
                .json()
                .path("session")
                .asText();
        assertNotEquals(first, second);
        assertTrue(first.length() >= 22, first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|message",
                "{\"message\":\"\"}|400|message",
                "{\"message\":\"  \\n \"}|400|message",
                "{\"message\":5}|400|message",
                "{\"message\":\"x\",\"session\":\"../etc\"}|400|session",
                "{\"message\":\"x\",\"session\":\"\"}|400|session",
                "{\"message\":\"x\",\"stream\":3}|400|stream"
            })
    void namesTheFieldAtFault(String body, int status, String param) throws Exception {
        var answer = harness.post("/v1/assist", body);
        assertEquals(status, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText());
    }

    @Test
    void refusesAMessageThatIsTooLong() throws Exception {
        assertEquals(413, assist("s1", "x".repeat(4_001)).status());
        assertEquals(413, assist("s1", "x".repeat(1 << 20)).status());
        assertEquals(0, harness.desk.history("s1").size());
        assertEquals(200, assist("s1", "x".repeat(4_000)).status());
    }

    @Test
    void refusesBinary() throws Exception {
        byte[] bytes = {0, 1, 2, (byte) 0xff, (byte) 0xfe, 34};
        var plain = harness.send(harness.request("/v1/assist").POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        assertEquals(400, plain.status());
        assertEquals("invalid_json", plain.errorCode());
        var typed = harness.send(harness.request("/v1/assist")
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        assertEquals(415, typed.status());
    }

    @Test
    void showsExportsAndErasesASession() throws Exception {
        assistAndExpect("s1", "mail me at me@example.org about a refund");
        assistAndExpect("s2", "hello");
        JsonNode history = harness.get("/v1/sessions/s1").json();
        assertEquals("bot", history.path("state").asText());
        assertEquals(2, history.path("messages").size());
        assertEquals("customer", history.at("/messages/0/role").asText());
        assertTrue(history.at("/messages/0/text").asText().contains("[EMAIL]"));
        long first = history.at("/messages/0/id").asLong();
        assertEquals(
                1,
                harness.get("/v1/sessions/s1?after=" + first)
                        .json()
                        .path("messages")
                        .size());
        assertEquals(400, harness.get("/v1/sessions/s1?after=x").status());
        var export = harness.get("/v1/sessions/s1/export");
        assertTrue(export.header("Content-Disposition").startsWith("attachment"));
        assertEquals(2, export.json().path("messages").size());

        assertEquals(
                200, harness.send(harness.request("/v1/sessions/s1").DELETE()).status());
        assertEquals(404, harness.get("/v1/sessions/s1").status());
        assertEquals(
                404, harness.send(harness.request("/v1/sessions/s1").DELETE()).status());
        assertEquals(200, harness.get("/v1/sessions/s2").status());
        assertEquals(400, harness.get("/v1/sessions/a%20b").status());
    }

    private void assistAndExpect(String session, String text) throws Exception {
        assertEquals(200, assist(session, text).status());
    }

    @Test
    void takesFeedback() throws Exception {
        assistAndExpect("s1", "refund");
        assertEquals(
                204,
                harness.post("/v1/feedback", "{\"session\":\"s1\",\"helpful\":false,\"comment\":\"too short\"}")
                        .status());
        assertEquals(List.of(new Opinion(false, 0, "", "too short")), harness.desk.feedback);
        assertEquals(
                204,
                harness.post(
                                "/v1/feedback",
                                "{\"session\":\"s1\",\"helpful\":false,\"message\":2,\"reason\":\"incomplete\"}")
                        .status());
        assertEquals(new Opinion(false, 2, "incomplete", ""), harness.desk.feedback.getLast());
        assertEquals(
                400,
                harness.post("/v1/feedback", "{\"session\":\"s1\",\"helpful\":true,\"reason\":\"because\"}")
                        .status());
        assertEquals(
                404,
                harness.post("/v1/feedback", "{\"session\":\"s1\",\"helpful\":true,\"message\":99}")
                        .status());
        assertEquals(400, harness.post("/v1/feedback", "{\"session\":\"s1\"}").status());
        assertEquals(
                404,
                harness.post("/v1/feedback", "{\"session\":\"nobody\",\"helpful\":true}")
                        .status());
    }

    @Test
    void aPersonTakesOverAnswersAndResolves() throws Exception {
        assistAndExpect("s1", "a person please");
        assertEquals(
                "waiting", harness.get("/v1/sessions/s1").json().path("state").asText());
        JsonNode open = harness.get("/v1/handoffs").json().path("data");
        assertEquals(1, open.size());
        String id = open.at("/0/id").asText();
        assertEquals("asked", open.at("/0/reason").asText());
        assertEquals(
                409,
                harness.post("/v1/handoffs/" + id + "/reply", "{\"person\":\"Ada\",\"text\":\"hi\"}")
                        .status());
        JsonNode claimed = harness.post("/v1/handoffs/" + id + "/claim", "{\"person\":\"Ada\"}")
                .json();
        assertEquals("person", claimed.path("state").asText());
        assertEquals(2, claimed.path("messages").size());
        assertEquals(
                409,
                harness.post("/v1/handoffs/" + id + "/claim", "{\"person\":\"Bob\"}")
                        .status());
        assertEquals(
                200,
                harness.post("/v1/handoffs/" + id + "/reply", "{\"person\":\"Ada\",\"text\":\"Ada here\"}")
                        .status());
        JsonNode session = harness.get("/v1/sessions/s1").json();
        assertEquals("Ada", session.path("person").asText());
        assertEquals("Ada here", session.at("/messages/2/text").asText());
        assertEquals(200, harness.post("/v1/handoffs/" + id + "/resolve", "").status());
        assertEquals("bot", harness.get("/v1/sessions/s1").json().path("state").asText());
        assertEquals(0, harness.get("/v1/handoffs").json().path("data").size());
        assertEquals(404, harness.get("/v1/handoffs/nothing").status());
        assertEquals(400, harness.post("/v1/handoffs/" + id + "/claim", "{}").status());
    }

    @Test
    void aFullQueueIsToldToComeBack() throws Exception {
        harness.desk.words = new Semaphore(0);
        List<CompletableFuture<HttpResponse<String>>> inside = new ArrayList<>();
        int places = Harness.LIMITS.assistants() + Harness.LIMITS.queue();
        for (int i = 0; i < places; i++) {
            inside.add(harness.client.sendAsync(
                    harness.posting("/v1/assist", message("s" + i, "refund")).build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        // In this order: who has come in but has no place yet counts as waiting too.
        awaitMetric("demitasse_queue_running{queue=\"assistant\"} 2.0");
        awaitMetric("demitasse_queue_waiting{queue=\"assistant\"} 1.0");
        assertEquals(429, assist("late", "refund").status());
        harness.desk.words.release(1_000);
        for (var request : inside) {
            assertEquals(200, Patience.get(request).statusCode());
        }
    }

    private void awaitMetric(String line) throws Exception {
        while (!harness.get("/metrics").body().contains(line)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aClientThatGoesAwayStopsTheAnswer() throws Exception {
        harness.desk.words = new Semaphore(1);
        HttpResponse<InputStream> response = harness.client.send(
                harness.posting("/v1/assist", "{\"message\":\"refund\",\"stream\":true}")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals('e', response.body().read());
        response.body().close();
        harness.client.shutdownNow();
        while (!harness.desk.sawDisconnect && harness.desk.words.availablePermits() == 0) {
            harness.desk.words.release();
            Thread.yield();
        }
    }
}
