package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.bertembed.Embedding;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.server.DemitasseServer.Config;
import demitasse.testkit.SharedData;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing faked: the bundled encoder, the sample knowledge base, the assistant, started as another program would. */
class RealAssistantTest {
    private static Embedding embedding;
    private static KnowledgeBase documents;
    private static Assistant assistant;
    private static DemitasseServer server;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        embedding = Embedding.load(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"));
        BertEmbedder embedder = new BertEmbedder(embedding);
        documents = KnowledgeBase.inMemory(embedder);
        documents.replaceAll(DocumentReader.read(SharedData.repository("samples/kb")));
        assistant = Assistant.open(new Assistant.Config(documents, embedder, null, AnswerMode.EXTRACTIVE, null));
        server = DemitasseServer.start(Config.of(assistant).withPort(0).withEmbedding(embedding, "minilm"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            assistant.close();
            documents.close();
            embedding.close();
        }
        CLIENT.close();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode ask(String session, String message) throws Exception {
        var response = post("/v1/assist", "{\"session\":\"" + session + "\",\"message\":\"" + message + "\"}");
        assertEquals(200, response.statusCode(), response.body());
        return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aKnownFactComesWithItsSource() throws Exception {
        JsonNode reply = ask("fact", "how long does a refund take?");
        assertFalse(reply.path("declined").asBoolean(), reply.toString());
        assertFalse(reply.path("escalated").asBoolean(), reply.toString());
        assertTrue(reply.path("answer").asText().contains("day"), reply.toString());
        assertTrue(reply.path("sources").size() > 0, reply.toString());
    }

    @Test
    void whatIsNotInTheDocumentsIsDeclined() throws Exception {
        JsonNode reply = ask("unknown", "what is the capital of Peru?");
        assertTrue(reply.path("declined").asBoolean(), reply.toString());
        assertFalse(reply.path("answer").asText().contains("Lima"), reply.toString());
    }

    @Test
    void aPersonTakesOver() throws Exception {
        JsonNode reply = ask("handoff", "I want to talk to a person");
        assertTrue(reply.path("escalated").asBoolean(), reply.toString());
        String id = assistant.openHandoff("handoff").orElseThrow().id();
        assertEquals(
                200,
                post("/v1/handoffs/" + id + "/claim", "{\"person\":\"Ada\"}").statusCode());
        assertEquals(
                409,
                post("/v1/handoffs/" + id + "/claim", "{\"person\":\"Bob\"}").statusCode());
        assertEquals(
                200,
                post("/v1/handoffs/" + id + "/reply", "{\"person\":\"Ada\",\"text\":\"Hello, Ada here.\"}")
                        .statusCode());
        assertTrue(assistant.history("handoff").stream()
                .anyMatch(m -> m.role().equals("person") && m.text().contains("here")));
        assertEquals(200, post("/v1/handoffs/" + id + "/resolve", "{}").statusCode());
        assertTrue(assistant.openHandoff("handoff").isEmpty());
    }

    @Test
    void personalDataIsMaskedAndAnErasedSessionIsGone() throws Exception {
        JsonNode reply = ask("private", "my card is 4111 1111 1111 1111, how long does a refund take?");
        assertEquals("credit_card", reply.at("/masked/0").asText(), reply.toString());
        assertTrue(assistant.history("private").stream().noneMatch(m -> m.text().contains("4111")));
        HttpRequest erase = HttpRequest.newBuilder(URI.create(server.url() + "/v1/sessions/private"))
                .DELETE()
                .build();
        assertEquals(
                200, CLIENT.send(erase, HttpResponse.BodyHandlers.discarding()).statusCode());
        assertTrue(assistant.history("private").isEmpty());
    }

    @Test
    void vectorsHaveLengthOne() throws Exception {
        JsonNode vector = Json.parse(
                        post("/v1/embeddings", "{\"input\":\"hello\"}").body().getBytes(StandardCharsets.UTF_8))
                .at("/data/0/embedding");
        assertEquals(384, vector.size());
        double squares = 0;
        for (JsonNode value : vector) {
            squares += value.asDouble() * value.asDouble();
        }
        assertEquals(1, squares, 1e-4);
    }
}
