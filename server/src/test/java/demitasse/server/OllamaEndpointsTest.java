package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.testkit.Patience;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaEndpointsTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]";
    private Harness harness;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static List<JsonNode> lines(Harness.Answer answer) {
        return answer.body()
                .lines()
                .map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Test
    void chatsInLinesUnlessToldOtherwise() throws Exception {
        var answer = harness.post(
                "/api/chat", "{\"model\":\"fake/chat:latest\"," + MESSAGES + ",\"options\":{\"num_predict\":5}}");
        assertEquals(200, answer.status(), answer.body());
        assertTrue(answer.header("Content-Type").startsWith("application/x-ndjson"));
        List<JsonNode> lines = lines(answer);
        StringBuilder text = new StringBuilder();
        for (JsonNode line : lines) {
            assertEquals("fake/chat:latest", line.path("model").asText());
            assertEquals("assistant", line.at("/message/role").asText());
            assertEquals(line == lines.getLast(), line.path("done").asBoolean());
            text.append(line.at("/message/content").asText());
        }
        assertEquals("one two three äö", text.toString());
        JsonNode last = lines.getLast();
        assertEquals("length", last.path("done_reason").asText());
        assertEquals(5, last.path("eval_count").asInt());
        assertEquals(3, last.path("prompt_eval_count").asInt());
        assertEquals(100_000_000L, last.path("eval_duration").asLong());
        assertTrue(last.path("total_duration").asLong() > 0);
        assertNotNull(Instant.parse(last.path("created_at").asText()));
    }

    @Test
    void answersWhole() throws Exception {
        JsonNode chat = harness.post("/api/chat", "{\"stream\":false," + MESSAGES + ",\"options\":{\"num_predict\":2}}")
                .json();
        assertEquals("one two", chat.at("/message/content").asText());
        assertTrue(chat.path("done").asBoolean());
        JsonNode generated = harness.post(
                        "/api/generate",
                        "{\"stream\":false,\"system\":\"be brief\",\"prompt\":\"hi\",\"options\":{\"num_predict\":2}}")
                .json();
        assertEquals("one two", generated.path("response").asText());
        assertEquals("fake/chat", generated.path("model").asText());
        assertFalse(generated.has("message"));
        assertEquals(
                List.of(new ChatMessage("system", "be brief"), new ChatMessage("user", "hi")),
                harness.model.lastMessages);
    }

    @Test
    void passesOptionsOn() throws Exception {
        harness.post(
                "/api/generate",
                "{\"prompt\":\"x\",\"raw\":true,\"stream\":false,\"keep_alive\":\"5m\",\"think\":false,\"options\":{"
                        + "\"temperature\":0.5,\"top_k\":3,\"top_p\":0.9,\"min_p\":0.1,\"typical_p\":0.8,"
                        + "\"repeat_penalty\":1.2,\"repeat_last_n\":16,\"seed\":7,\"stop\":[\"END\"],"
                        + "\"num_predict\":-1,\"num_ctx\":1024,\"num_gpu\":1}}");
        var options = harness.model.lastOptions;
        assertEquals(Harness.LIMITS.maxTokens(), options.maxTokens());
        assertEquals(List.of("END"), options.stop());
        assertEquals(0.5f, options.sampling().temperature());
        assertEquals(3, options.sampling().topK());
        assertEquals(0.9f, options.sampling().topP());
        assertEquals(0.1f, options.sampling().minP());
        assertEquals(0.8f, options.sampling().typicalP());
        assertEquals(1.2f, options.sampling().repeatPenalty());
        assertEquals(16, options.sampling().repeatLastN());
        assertEquals(7, options.sampling().seed());
    }

    @Test
    void holdsToFormats() throws Exception {
        harness.post("/api/chat", "{\"format\":\"\"," + MESSAGES + "}");
        assertEquals(null, harness.model.lastOptions.grammar());
        harness.post("/api/chat", "{\"format\":\"json\"," + MESSAGES + "}");
        assertTrue(harness.model.lastOptions.grammar().accepts("{\"a\":1}"));
        harness.post(
                "/api/chat",
                "{\"format\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},"
                        + "\"required\":[\"a\"]}," + MESSAGES + "}");
        assertTrue(harness.model.lastOptions.grammar().accepts("{\"a\":true}"));
        assertFalse(harness.model.lastOptions.grammar().accepts("{\"a\":1}"));
    }

    @Test
    void callsToolsWithObjectsAndUnderstandsThem() throws Exception {
        harness.model.script = List.of(
                "Let me see. ",
                "<tool_call>\n{\"name\": \"weather\", ",
                "\"arguments\": {\"city\": \"Rome\"}}",
                "\n</tool_call>");
        String tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]";
        List<JsonNode> lines = lines(harness.post("/api/chat", "{" + MESSAGES + "," + tools + "}"));
        JsonNode call = lines.stream()
                .map(line -> line.at("/message/tool_calls/0"))
                .filter(node -> !node.isMissingNode())
                .findFirst()
                .orElseThrow();
        assertEquals("weather", call.at("/function/name").asText());
        assertEquals("Rome", call.at("/function/arguments/city").asText());
        assertEquals("stop", lines.getLast().path("done_reason").asText());
        JsonNode whole = harness.post("/api/chat", "{\"stream\":false," + MESSAGES + "," + tools + "}")
                .json();
        assertEquals("Let me see.", whole.at("/message/content").asText().strip());
        assertEquals(1, whole.at("/message/tool_calls").size());
        harness.post("/api/chat", """
                {"messages":[{"role":"user","content":"hi"},
                 {"role":"assistant","content":"","tool_calls":[
                   {"function":{"name":"weather","arguments":{"city":"Rome"}}}]},
                 {"role":"tool","tool_name":"weather","content":"18"}]}""");
        assertEquals(
                "{\"city\":\"Rome\"}",
                harness.model.lastMessages.get(1).toolCalls().getFirst().arguments());
        assertEquals("weather", harness.model.lastMessages.get(2).name());
    }

    @Test
    void loadsWhenThereIsNothingToAnswer() throws Exception {
        for (String path : List.of("/api/chat", "/api/generate")) {
            JsonNode json = harness.post(path, "{\"model\":\"fake/chat\"}").json();
            assertEquals("load", json.path("done_reason").asText(), path);
            assertTrue(json.path("done").asBoolean());
        }
    }

    @Test
    void tellsLogProbabilities() throws Exception {
        JsonNode json = harness.post(
                        "/api/generate",
                        "{\"prompt\":\"x\",\"stream\":false,\"logprobs\":true,\"top_logprobs\":1,"
                                + "\"options\":{\"num_predict\":2}}")
                .json();
        assertEquals(" two", json.at("/logprobs/1/token").asText());
        assertEquals(1, json.at("/logprobs/1/top_logprobs").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat|{\"model\":\"llama3\",\"messages\":[]}|404",
                "/api/chat|{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}|400",
                "/api/chat|{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"images\":[\"aGk=\"]}]}|400",
                "/api/chat|{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"think\":true}|400",
                "/api/chat|{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"options\":[]}|400",
                "/api/chat|{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"format\":\"xml\"}|400",
                "/api/generate|{\"prompt\":\"x\",\"suffix\":\"y\"}|400",
                "/api/generate|{\"prompt\":\"x\",\"template\":\"y\"}|400",
                "/api/generate|{\"prompt\":\"x\",\"context\":[1]}|400",
                "/api/generate|{\"prompt\":\"x\",\"options\":{\"temperature\":-1}}|400",
                "/api/generate|nonsense|400",
                "/api/embed|{\"input\":\"x\",\"dimensions\":1}|400",
                "/api/embed|{\"input\":[\"a\",\"\"]}|400",
                "/api/embed|{\"input\":\"longer than ten\",\"truncate\":false}|400",
                "/api/show|{\"model\":\"llama3\"}|404",
                "/api/pull|{\"model\":\"llama3\"}|404"
            })
    void errorsAreTexts(String path, String body, int status) throws Exception {
        var answer = harness.post(path, body);
        assertEquals(status, answer.status(), answer.body());
        assertTrue(answer.json().path("error").isTextual(), answer.body());
    }

    @Test
    void aKeyIsNeededHereToo() throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), "sesame\n");
        try (Harness locked = new Harness(config -> config.withApiKeyFile(file))) {
            var answer = locked.post("/api/chat", "{" + MESSAGES + "}");
            assertEquals(401, answer.status());
            assertTrue(answer.json().path("error").isTextual());
            assertEquals(200, locked.get("/api/version").status());
        }
    }

    @Test
    void embeds() throws Exception {
        JsonNode two = harness.post("/api/embed", "{\"model\":\"fake-embed\",\"input\":[\"a\",\"bb\"]}")
                .json();
        assertEquals(2, two.at("/embeddings/1/0").asInt());
        assertEquals(6, two.path("prompt_eval_count").asInt());
        assertEquals(
                0,
                harness.post("/api/embed", "{\"input\":\"\"}")
                        .json()
                        .path("embeddings")
                        .size());
        JsonNode one = harness.post("/api/embeddings", "{\"prompt\":\"abc\"}").json();
        assertEquals(3, one.at("/embedding/0").asInt());
        assertEquals(
                200,
                harness.post("/api/embed", "{\"input\":\"longer than ten\"}").status());
    }

    @Test
    void listsAndShowsModels() throws Exception {
        JsonNode tags = harness.get("/api/tags").json().path("models");
        assertEquals("fake/chat:latest", tags.at("/0/name").asText());
        assertEquals("134.52M", tags.at("/0/details/parameter_size").asText());
        assertEquals("Q4_1", tags.at("/0/details/quantization_level").asText());
        assertEquals(64, tags.at("/0/digest").asText().length());
        assertEquals("fake-embed:latest", tags.at("/1/model").asText());
        assertFalse(tags.path(0).has("expires_at"));
        JsonNode running = harness.get("/api/ps").json().path("models");
        assertEquals(FakeModel.CONTEXT, running.at("/0/context_length").asInt());
        assertTrue(running.path(0).has("expires_at"));
        JsonNode shown =
                harness.post("/api/show", "{\"model\":\"fake/chat:latest\"}").json();
        assertEquals("llama", shown.at("/details/family").asText());
        assertEquals(100, shown.path("model_info").path("llama.context_length").asInt());
        assertEquals("[\"completion\",\"tools\"]", shown.path("capabilities").toString());
        assertEquals(
                "[\"embedding\"]",
                harness.post("/api/show", "{\"name\":\"fake-embed\"}")
                        .json()
                        .path("capabilities")
                        .toString());
    }

    @Test
    void aClientThatGoesAwayBeforeTheFirstLineFreesTheModel() throws Exception {
        Limits generous = new Limits(1_000, 1_000, 1, Integer.MAX_VALUE, 1, 1, Duration.ZERO);
        try (Harness waiting = new Harness(config -> config.withLimits(generous))) {
            waiting.model.words = new Semaphore(0);
            String body = "{" + MESSAGES + "}";
            try (Socket socket = new Socket("127.0.0.1", waiting.server.port())) {
                String head = "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length();
                socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
                Patience.await(waiting.model.begun);
            }
            Patience.until(() -> {
                waiting.model.words.release();
                return waiting.model.ended.getCount() == 0;
            });
            assertEquals(FinishReason.CANCELLED, waiting.model.lastReason);
        }
    }
}
