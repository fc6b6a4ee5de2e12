package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pages need beside asking and answering: taking back, sources, suggestions, canned replies, giving back. */
class DeskEndpointsTest {
    private Harness harness;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private JsonNode ask(String text) throws Exception {
        return harness.post("/v1/assist", "{\"session\":\"s1\",\"message\":\"" + text + "\"}")
                .json();
    }

    private int delete(String path) throws Exception {
        return harness.send(harness.request(path).DELETE()).status();
    }

    private JsonNode act(String handoff, String action, String body) throws Exception {
        Harness.Answer answer = harness.post("/v1/handoffs/" + handoff + "/" + action, body);
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private String handoff() throws Exception {
        return harness.get("/v1/handoffs").json().at("/data/0/id").asText();
    }

    @Test
    void aMessageIsTakenBackUntilAPersonMayHaveReadIt() throws Exception {
        JsonNode first = ask("refund of me@example.org");
        assertEquals("refund of [EMAIL]", first.path("stored").asText());
        assertTrue(first.path("message_id").asLong() > first.path("question_id").asLong());
        String path = "/v1/sessions/s1/messages/" + first.path("question_id").asText();
        assertEquals(400, delete("/v1/sessions/s1/messages/last"));
        assertEquals(204, delete(path));
        assertEquals(404, delete(path));
        String second = ask("a person please").path("question_id").asText();
        assertEquals(409, delete("/v1/sessions/s1/messages/" + second));
    }

    @Test
    void aSourceOpensForItsSessionOnly() throws Exception {
        ask("refund?");
        JsonNode source = harness.get("/v1/sessions/s1/source?document=refunds").json();
        assertEquals("Refunds", source.path("title").asText());
        assertTrue(source.path("text").asText().contains(FakeDesk.REFUND));
        assertEquals(
                "refunds",
                harness.get("/v1/sessions/s1")
                        .json()
                        .at("/messages/1/documents/0")
                        .asText());
        assertEquals(404, harness.get("/v1/sessions/s2/source?document=refunds").status());
        assertEquals(404, harness.get("/v1/sessions/s1/source?document=other").status());
        assertEquals(400, harness.get("/v1/sessions/s1/source").status());
    }

    @Test
    void aHandoffWaitsAgainOrGoesBackToTheAssistant() throws Exception {
        ask("a person please");
        String id = handoff();
        assertFalse(harness.get("/v1/handoffs")
                .json()
                .at("/data/0/unanswered_since")
                .isMissingNode());
        assertEquals(0, harness.get("/v1/sessions/s1").json().path("ahead").asInt(-1));
        act(id, "claim", "{\"person\":\"Ada\"}");
        act(id, "reply", "{\"person\":\"Ada\",\"text\":\"hello\"}");
        assertTrue(harness.get("/v1/handoffs")
                .json()
                .at("/data/0/unanswered_since")
                .isMissingNode());
        assertEquals("waiting", act(id, "release", "{}").path("state").asText());
        assertEquals("returned", act(id, "return", "{}").path("state").asText());
        assertEquals("bot", harness.get("/v1/sessions/s1").json().path("state").asText());
        assertEquals(404, harness.post("/v1/handoffs/none/return", "{}").status());
    }

    @Test
    void suggestsForTheLastQuestionAndForWordsOfOnesOwn() throws Exception {
        ask("how long does a refund take?");
        ask("a person please");
        JsonNode forCustomer = harness.post("/v1/suggestions", "{\"handoff\":\"" + handoff() + "\"}")
                .json();
        assertEquals("how long does a refund take?", forCustomer.path("query").asText());
        assertEquals(FakeDesk.REFUND, forCustomer.at("/data/0/text").asText());
        JsonNode own =
                harness.post("/v1/suggestions", "{\"query\":\"weather\"}").json();
        assertEquals(0, own.path("data").size());
        assertEquals(
                404, harness.post("/v1/suggestions", "{\"handoff\":\"none\"}").status());
        assertEquals(400, harness.post("/v1/suggestions", "{}").status());
    }

    @Test
    void cannedRepliesAreListedAddedEditedAndDeleted() throws Exception {
        Harness.Answer added = harness.post("/v1/canned", "{\"title\":\"Hello\",\"text\":\"Hello, {agent} here.\"}");
        assertEquals(201, added.status());
        String path = "/v1/canned/" + added.json().path("id").asText();
        String changed = "{\"title\":\"Hi\",\"text\":\"Hi!\"}";
        assertEquals(200, put(path, changed));
        assertEquals("Hi", harness.get("/v1/canned").json().at("/data/0/title").asText());
        assertEquals(204, delete(path));
        assertEquals(404, delete(path));
        assertEquals(404, put(path, changed));
        assertEquals(404, put("/v1/canned/x", changed));
        assertEquals(
                400,
                harness.post("/v1/canned", "{\"title\":\"  \",\"text\":\"x\"}").status());
        String longTitle = "{\"title\":\"" + "x".repeat(81) + "\",\"text\":\"x\"}";
        assertEquals(400, harness.post("/v1/canned", longTitle).status());
        String longText = "{\"title\":\"x\",\"text\":\"" + "x".repeat(4_001) + "\"}";
        assertEquals(413, harness.post("/v1/canned", longText).status());
    }

    private int put(String path, String body) throws Exception {
        return harness.send(harness.request(path)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)))
                .status();
    }
}
