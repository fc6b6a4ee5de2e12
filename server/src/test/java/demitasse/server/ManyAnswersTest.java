package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.testkit.Patience;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several answers to a request, and log-probabilities. */
class ManyAnswersTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
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
    void givesChoicesThatShareOnePrompt() throws Exception {
        var answer = harness.post(CHAT, Harness.chat("\"n\":3,\"max_tokens\":2,\"seed\":7"));
        assertEquals(200, answer.status(), answer.body());
        JsonNode json = answer.json();
        assertEquals(3, json.path("choices").size());
        for (int i = 0; i < 3; i++) {
            assertEquals(i, json.at("/choices/" + i + "/index").asInt());
            assertEquals(
                    "one two", json.at("/choices/" + i + "/message/content").asText());
        }
        assertEquals(3, json.at("/usage/prompt_tokens").asInt());
        assertEquals(6, json.at("/usage/completion_tokens").asInt());
        assertEquals(9, harness.model.lastOptions.sampling().seed(), "a seed of its own for each");
    }

    @Test
    void streamsChoicesByTheirIndex() throws Exception {
        var answer = harness.post(
                CHAT,
                Harness.chat("\"n\":2,\"max_tokens\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        String[] texts = {"", ""};
        int[] roles = new int[2];
        int[] ends = new int[2];
        for (JsonNode chunk : answer.data()) {
            for (JsonNode choice : chunk.path("choices")) {
                int index = choice.path("index").asInt();
                texts[index] += choice.at("/delta/content").asText("");
                roles[index] += choice.path("delta").has("role") ? 1 : 0;
                ends[index] += choice.path("finish_reason").isNull() ? 0 : 1;
            }
        }
        assertEquals(List.of("one two", "one two"), List.of(texts));
        assertEquals("[1, 1][1, 1]", Arrays.toString(roles) + Arrays.toString(ends));
        assertEquals(4, answer.data().getLast().at("/usage/completion_tokens").asInt());
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"));
    }

    @Test
    void completesSeveralPrompts() throws Exception {
        var answer = harness.post(TEXT, "{\"prompt\":[\"a b\",[1,2,3],\"c\"],\"n\":2,\"max_tokens\":1}");
        assertEquals(200, answer.status(), answer.body());
        assertEquals(6, answer.json().path("choices").size());
        assertEquals(5, answer.json().at("/choices/5/index").asInt());
        assertEquals(2 + 3 + 1, answer.json().at("/usage/prompt_tokens").asInt());
        var one = harness.post(TEXT, "{\"prompt\":[1,2,3],\"max_tokens\":1}");
        assertEquals(1, one.json().path("choices").size());
        assertEquals(3, one.json().at("/usage/prompt_tokens").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\":[]}|prompt",
                "{\"prompt\":[\"\"]}|prompt",
                "{\"prompt\":[[]]}|prompt",
                "{\"prompt\":[1,\"x\"]}|prompt",
                "{\"prompt\":[1,99]}|prompt",
                "{\"prompt\":[1,-1]}|prompt",
                "{\"prompt\":[1.5]}|prompt",
                "{\"prompt\":{\"a\":\"b\"}}|prompt",
                "{\"prompt\":5}|prompt",
                "{\"prompt\":\"x\",\"suffix\":\"y\"}|suffix",
                "{\"prompt\":\"x\",\"best_of\":3}|best_of",
                "{\"prompt\":\"x\",\"logprobs\":true}|logprobs",
                "{\"prompt\":[\"a\",\"a\",\"a\",\"a\",\"a\"],\"n\":8}|prompt"
            })
    void namesWhatIsWrongWithAPrompt(String body, String param) throws Exception {
        var answer = harness.post(TEXT, body);
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText());
    }

    @Test
    void repeatsThePromptOnRequest() throws Exception {
        var answer = harness.post(TEXT, "{\"prompt\":\"Once\",\"echo\":true,\"max_tokens\":1}");
        assertEquals("Onceone", answer.json().at("/choices/0/text").asText());
        var stream = harness.post(TEXT, "{\"prompt\":\"Once\",\"echo\":true,\"max_tokens\":1,\"stream\":true}");
        StringBuilder text = new StringBuilder();
        stream.data().forEach(chunk -> text.append(chunk.at("/choices/0/text").asText("")));
        assertEquals("Onceone", text.toString());
    }

    @Test
    void tellsLogProbabilitiesOfAChat() throws Exception {
        String options = "\"max_tokens\":5,\"logprobs\":true,\"top_logprobs\":2";
        JsonNode content = harness.post(CHAT, Harness.chat(options)).json().at("/choices/0/logprobs/content");
        assertEquals(5, content.size());
        assertEquals("one", content.at("/0/token").asText());
        assertEquals(-0.5, content.at("/0/logprob").asDouble());
        assertEquals(111, content.at("/0/bytes/0").asInt());
        assertEquals(2, content.at("/0/top_logprobs").size());
        assertEquals(-9999, content.at("/0/top_logprobs/1/logprob").asDouble(), "JSON has no infinity");
        assertEquals(0xC3, content.at("/0/top_logprobs/1/bytes/0").asInt());
        List<JsonNode> streamed = new ArrayList<>();
        harness.post(CHAT, Harness.chat(options + ",\"stream\":true"))
                .data()
                .forEach(chunk -> chunk.at("/choices/0/logprobs/content").forEach(streamed::add));
        assertEquals(content.toString(), streamed.toString().replace(", ", ","));
        JsonNode plain = harness.post(CHAT, Harness.chat("\"logprobs\":true")).json();
        assertEquals(0, plain.at("/choices/0/logprobs/content/0/top_logprobs").size());
        JsonNode without =
                harness.post(CHAT, Harness.chat("\"logprobs\":false")).json();
        assertFalse(without.at("/choices/0").has("logprobs"));
        assertEquals(GenerationOptions.NO_SCORES, harness.model.lastOptions.scores());
    }

    @Test
    void tellsLogProbabilitiesInColumns() throws Exception {
        String options = "{\"prompt\":\"x\",\"max_tokens\":4,\"logprobs\":2";
        JsonNode columns = harness.post(TEXT, options + "}").json().at("/choices/0/logprobs");
        assertEquals(
                "[\"one\",\" two\",\" \",\"three\"]", columns.path("tokens").toString());
        assertEquals("[0,3,7,8]", columns.path("text_offset").toString());
        assertEquals(-0.5, columns.at("/token_logprobs/3").asDouble());
        assertEquals(
                -9999, columns.path("top_logprobs").path(0).path("bytes:\\xc3").asDouble());
        List<Integer> offsets = new ArrayList<>();
        harness.post(TEXT, options + ",\"stream\":true}")
                .data()
                .forEach(chunk -> chunk.at("/choices/0/logprobs/text_offset").forEach(o -> offsets.add(o.asInt())));
        assertEquals(List.of(0, 3, 7, 8), offsets);
        JsonNode none = harness.post(TEXT, "{\"prompt\":\"x\",\"max_tokens\":4,\"logprobs\":0}")
                .json()
                .at("/choices/0/logprobs/top_logprobs");
        assertTrue(none.isNull());
    }

    private static List<Job> jobs(int count) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(new Job(new int[] {1}, GenerationOptions.greedy(3)));
        }
        return jobs;
    }

    @Test
    void idlePlacesJoinIn() throws Exception {
        FakeModel model = new FakeModel();
        model.words = new Semaphore(0);
        try (ChatEngine engine = new ChatEngine(model, 3, 2)) {
            Set<Integer> begun = ConcurrentHashMap.newKeySet();
            var results = CompletableFuture.supplyAsync(() -> engine.generate(
                    jobs(5),
                    piece -> {
                        begun.add(piece.choice());
                        return true;
                    },
                    () -> {}));
            Patience.until(() -> begun.size() >= 3);
            assertEquals(3, engine.progress().size());
            assertEquals(0, engine.lane().waiting(), "helpers do not queue");
            model.words.release(1_000);
            List<GenerationResult> all = Patience.get(results);
            assertEquals(5, all.size());
            all.forEach(result -> assertEquals("one two ", result.text()));
            assertEquals(5, begun.size());
        }
    }

    @Test
    void aRequestTakesOnePlaceOfAFullQueue() throws Exception {
        harness.model.words = new Semaphore(0);
        var running = harness.client.sendAsync(
                harness.posting(CHAT, Harness.chat("\"n\":8,\"max_tokens\":1")).build(),
                HttpResponse.BodyHandlers.ofString());
        Patience.await(harness.model.begun);
        assertEquals(0, harness.engine.lane().waiting());
        harness.model.words.release(100);
        assertEquals(200, Patience.get(running).statusCode());
    }

    @Test
    void oneFailureEndsAll() throws Exception {
        harness.model.failure = new IllegalStateException("broken");
        var answer = harness.post(CHAT, Harness.chat("\"n\":4"));
        assertEquals(500, answer.status());
        harness.model.failure = null;
        assertEquals(200, harness.post(CHAT, Harness.chat("\"n\":4")).status());
    }
}
