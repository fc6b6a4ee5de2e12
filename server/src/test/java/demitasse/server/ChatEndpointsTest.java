package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.phi3.SamplingOptions;
import demitasse.testkit.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatEndpointsTest {
    private static final String PATH = "/v1/chat/completions";
    private Harness harness;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void answersWhole() throws Exception {
        var answer = harness.post(PATH, Harness.chat("\"max_tokens\":2,\"model\":\"fake/chat\""));
        assertEquals(200, answer.status(), answer.body());
        JsonNode json = answer.json();
        assertEquals("chat.completion", json.path("object").asText());
        assertTrue(json.path("id").asText().startsWith("chatcmpl-"));
        JsonNode choice = json.path("choices").path(0);
        assertEquals("assistant", choice.path("message").path("role").asText());
        assertEquals("one two", choice.path("message").path("content").asText());
        assertEquals("length", choice.path("finish_reason").asText());
        assertEquals(5, json.path("usage").path("total_tokens").asInt());
        assertEquals(2, json.at("/usage/prompt_tokens_details/cached_tokens").asInt());
    }

    @Test
    void streamsRoleThenTextThenReasonThenCounts() throws Exception {
        var answer = harness.post(
                PATH, Harness.chat("\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertEquals(200, answer.status());
        assertEquals(
                "text/event-stream;charset=utf-8", answer.header("Content-Type").replace(" ", ""));
        List<JsonNode> chunks = answer.data();
        assertEquals("assistant", chunks.getFirst().at("/choices/0/delta/role").asText());
        assertTrue(chunks.getFirst().at("/choices/0/finish_reason").isNull());
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
        assertEquals("one two three äö", text.toString());
        JsonNode last = chunks.get(chunks.size() - 2);
        assertEquals("length", last.at("/choices/0/finish_reason").asText());
        assertEquals(0, chunks.getLast().path("choices").size());
        assertEquals(5, chunks.getLast().at("/usage/completion_tokens").asInt());
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"));
    }

    @Test
    void passesOptionsOn() throws Exception {
        var answer = harness.post(
                PATH,
                Harness.chat("\"temperature\":0.5,\"top_p\":0.9,\"seed\":7,\"stop\":\"END\",\"top_k\":3,"
                        + "\"max_completion_tokens\":9,\"max_tokens\":4,\"user\":\"x\",\"unheard_of\":{\"a\":[1]}"));
        assertEquals(200, answer.status(), answer.body());
        var options = harness.model.lastOptions;
        assertEquals(9, options.maxTokens());
        assertEquals(List.of("END"), options.stop());
        assertEquals(0.5f, options.sampling().temperature());
        assertEquals(0.9f, options.sampling().topP());
        assertEquals(3, options.sampling().topK());
        assertEquals(7, options.sampling().seed());
    }

    @Test
    void hugeMaxTokensIsCutToTheLimit() throws Exception {
        assertEquals(
                200, harness.post(PATH, Harness.chat("\"max_tokens\":1e300")).status());
        assertEquals(Harness.LIMITS.maxTokens(), harness.model.lastOptions.maxTokens());
    }

    @Test
    void understandsRolesPartsAndStopArrays() throws Exception {
        var answer = harness.post(PATH, """
                {"messages":[
                  {"role":"developer","content":"be brief"},
                  {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                  {"role":"assistant","content":null},
                  {"role":"user","content":"half \\ud800 pair"}],
                 "stop":["x","y"],"max_tokens":1}""");
        assertEquals(200, answer.status(), answer.body());
        assertEquals(
                List.of(
                        new ChatMessage("system", "be brief"),
                        new ChatMessage("user", "ab"),
                        new ChatMessage("assistant", ""),
                        new ChatMessage("user", "half \ufffd pair")),
                harness.model.lastMessages);
        assertEquals(List.of("x", "y"), harness.model.lastOptions.stop());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "nonsense",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":NaN}",
                "{} {}"
            })
    void refusesWhatIsNotAJsonObject(String body) throws Exception {
        var answer = harness.post(PATH, body);
        assertEquals(400, answer.status(), answer.body());
        assertEquals("invalid_request_error", answer.json().at("/error/type").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|messages",
                "{\"messages\":null}|messages",
                "{\"messages\":[]}|messages",
                "{\"messages\":\"hi\"}|messages",
                "{\"messages\":[1]}|messages[0]",
                "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}|messages[0].role",
                "{\"messages\":[{\"role\":\"user\"}]}|messages[0].content",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}|messages[0].content"
            })
    void namesTheMessageAtFault(String body, String param) throws Exception {
        var answer = harness.post(PATH, body);
        assertEquals(400, answer.status());
        assertEquals(param, answer.json().at("/error/param").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"temperature\":\"hot\"|temperature",
                "\"temperature\":1e999|temperature",
                "\"temperature\":-1|temperature",
                "\"temperature\":2.5|temperature",
                "\"top_p\":1.1|top_p",
                "\"max_tokens\":0|max_tokens",
                "\"max_tokens\":1.5|max_tokens",
                "\"stream\":\"yes\"|stream",
                "\"stop\":[1]|stop",
                "\"stop\":\"\"|stop",
                "\"seed\":\"x\"|seed",
                "\"n\":9|n",
                "\"n\":0|n",
                "\"presence_penalty\":2.1|presence_penalty",
                "\"frequency_penalty\":\"x\"|frequency_penalty",
                "\"logit_bias\":[[1,2]]|logit_bias",
                "\"logit_bias\":\"x\"|logit_bias",
                "\"logit_bias\":{\"hello\":1}|logit_bias",
                "\"logit_bias\":{\"-1\":1}|logit_bias",
                "\"logit_bias\":{\"1\":101}|logit_bias",
                "\"logit_bias\":{\"1\":null}|logit_bias",
                "\"logit_bias\":{\"5\":1}|logit_bias",
                "\"tools\":[{}]|tools",
                "\"logprobs\":2|logprobs",
                "\"top_logprobs\":2|top_logprobs",
                "\"logprobs\":true,\"top_logprobs\":21|top_logprobs",
                "\"grammar\":\"nonsense\"|grammar",
                "\"response_format\":{\"type\":\"xml\"}|response_format"
            })
    void namesTheOptionAtFault(String option, String param) throws Exception {
        var answer = harness.post(PATH, Harness.chat(option));
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "plain"})
    void takesPenaltiesAndBiases(String kind) throws Exception {
        String options = "\"presence_penalty\":0.5,\"frequency_penalty\":-1.5,\"logit_bias\":{\"4\":-100,\"1\":2.5}";
        var answer = kind.equals("chat")
                ? harness.post(PATH, Harness.chat(options))
                : harness.post("/v1/completions", "{\"prompt\":\"Once\"," + options + "}");
        assertEquals(200, answer.status(), answer.body());
        SamplingOptions sampling = harness.model.lastOptions.sampling();
        assertEquals(0.5f, sampling.presencePenalty());
        assertEquals(-1.5f, sampling.frequencyPenalty());
        assertEquals(Map.of(4, -100f, 1, 2.5f), sampling.logitBias());
        assertEquals(SamplingOptions.DEFAULT.topK(), sampling.topK());
    }

    @Test
    void theServersOwnSamplingHoldsWhereARequestSaysNothing() throws Exception {
        SamplingOptions own =
                SamplingOptions.DEFAULT.with().temperature(0.1f).typicalP(0.9f).build();
        try (Harness server = new Harness(config -> config.withSampling(own))) {
            server.post(PATH, Harness.chat("\"top_k\":3"));
            assertEquals(own.with().topK(3).build(), server.model.lastOptions.sampling());
        }
    }

    @Test
    void refusesAnUnknownModel() throws Exception {
        var answer = harness.post(PATH, Harness.chat("\"model\":\"gpt-4\""));
        assertEquals(404, answer.status());
        assertEquals("model_not_found", answer.errorCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void refusesAPromptThatDoesNotFit(String stream) throws Exception {
        String words = "word ".repeat(FakeModel.CONTEXT);
        var answer = harness.post(
                PATH, "{\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + words + "\"}]}");
        assertEquals(400, answer.status());
        assertEquals("context_length_exceeded", answer.errorCode());
    }

    @Test
    void completesPlainPrompts() throws Exception {
        var whole = harness.post("/v1/completions", "{\"prompt\":\"Once upon\",\"max_tokens\":2}");
        assertEquals(200, whole.status(), whole.body());
        assertEquals("one two", whole.json().at("/choices/0/text").asText());
        var stream = harness.post("/v1/completions", "{\"prompt\":[\"Once\"],\"max_tokens\":2,\"stream\":true}");
        StringBuilder text = new StringBuilder();
        stream.data().forEach(chunk -> text.append(chunk.at("/choices/0/text").asText("")));
        assertEquals("one two", text.toString());
        assertEquals(400, harness.post("/v1/completions", "{}").status());
        assertEquals(400, harness.post("/v1/completions", "{\"prompt\":\"\"}").status());
    }

    @Test
    void textArrivesBeforeTheEnd() throws Exception {
        harness.model.words = new Semaphore(1);
        HttpResponse<InputStream> response = harness.client.send(
                harness.posting(PATH, Harness.chat("\"stream\":true,\"max_tokens\":2"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            StringBuilder seen = new StringBuilder();
            while (!seen.toString().contains("\"one\"")) {
                seen.append((char) in.read());
            }
            assertFalse(seen.toString().contains("two"));
            harness.model.words.release();
            assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(" two"));
        }
    }

    @Test
    void aFullQueueIsToldToComeBack() throws Exception {
        harness.model.words = new Semaphore(0);
        var running = begin();
        Patience.await(harness.model.begun);
        List<CompletableFuture<HttpResponse<String>>> waiting = List.of(begin(), begin());
        awaitQueue(Harness.CHAT_QUEUE);
        var refused = harness.post(PATH, Harness.chat(""));
        assertEquals(429, refused.status());
        assertEquals("queue_full", refused.errorCode());
        assertEquals("2", refused.header("Retry-After"));
        harness.model.words.release(1000);
        assertEquals(200, Patience.get(running).statusCode());
        for (var later : waiting) {
            assertEquals(200, Patience.get(later).statusCode());
        }
    }

    private CompletableFuture<HttpResponse<String>> begin() {
        return harness.client.sendAsync(
                harness.posting(PATH, Harness.chat("\"max_tokens\":3")).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void awaitQueue(int size) {
        Patience.until(() -> harness.engine.lane().waiting() >= size);
    }

    @Test
    void aClientThatGoesAwayFreesTheModel() throws Exception {
        harness.model.words = new Semaphore(1);
        HttpResponse<InputStream> response = harness.client.send(
                harness.posting(PATH, Harness.chat("\"stream\":true")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals('d', response.body().read());
        response.body().close();
        harness.client.shutdownNow();
        harness.model.words.release(100_000);
        Patience.await(harness.model.ended);
        assertEquals(0, harness.engine.lane().waiting());
    }

    @Test
    void aWaitingRequestWhoseClientGoesAwayLeavesTheQueue() throws Exception {
        harness.model.words = new Semaphore(0);
        var running = begin();
        Patience.await(harness.model.begun);
        Socket socket = post(harness.server.port(), Harness.chat("\"stream\":true"));
        awaitQueue(1);
        socket.close();
        Patience.until(() -> harness.engine.lane().waiting() == 0);
        harness.model.words.release(100);
        assertEquals(200, Patience.get(running).statusCode());
    }

    @Test
    void aClientThatWaitsForTheWholeAnswerAndGoesAwayFreesTheModel() throws Exception {
        Limits generous = new Limits(1_000, 1_000, 1, Integer.MAX_VALUE, 1, 1, Duration.ZERO);
        try (Harness waiting = new Harness(config -> config.withLimits(generous))) {
            waiting.model.words = new Semaphore(0);
            Socket socket = post(waiting.server.port(), Harness.chat(""));
            Patience.await(waiting.model.begun);
            socket.close();
            Patience.until(() -> {
                waiting.model.words.release();
                return waiting.model.ended.getCount() == 0;
            });
            assertEquals(FinishReason.CANCELLED, waiting.model.lastReason);
        }
    }

    private static Socket post(int port, String body) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        String head = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    @Test
    void aRequestSentAheadIsNotTakenForAnEnd() throws Exception {
        harness.model.words = new Semaphore(0);
        try (Socket socket = post(harness.server.port(), Harness.chat("\"max_tokens\":1"))) {
            Patience.await(harness.model.begun);
            socket.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            harness.model.words.release();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.contains("\"content\":\"one\""), answer);
            // Either answered as well, or the client has been told to send it again on a new connection.
            assertTrue(answer.contains("\"status\":\"ok\"") || answer.contains("Connection: close"), answer);
        }
    }

    @Test
    void stoppingEndsAGenerationCleanly() throws Exception {
        Limits many = new Limits(1_000, 1_000, 1, 1_000_000, 1, 1, Duration.ZERO);
        try (Harness stopped = new Harness(config -> config.withLimits(many))) {
            stopped.model.words = new Semaphore(1);
            HttpResponse<InputStream> response = stopped.client.send(
                    stopped.posting(PATH, Harness.chat("\"stream\":true")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            Thread stopper = null;
            String last = "";
            // One word for each line that has come, so that the generation can neither end nor run ahead.
            var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isEmpty() ? last : line;
                stopped.model.words.release();
                stopper = stopper == null
                        ? Thread.ofVirtual().start(() -> stopped.server.stop(Duration.ZERO, Patience.LIMIT))
                        : stopper;
            }
            assertEquals("data: [DONE]", last);
            assertEquals(FinishReason.CANCELLED, stopped.model.lastReason);
            stopper.join();
            assertThrows(IOException.class, () -> stopped.get("/health"));
        }
    }
}
