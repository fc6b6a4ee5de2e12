package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** llama-server's own completions, and what OpenAI's tell of their prompts, on a model whose tokens are the bytes. */
class LlamaCompletionsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<String> FIM = List.of("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>");
    /** Before the tokens of bytes stand three control tokens, behind them those for infill. */
    private static final int FIRST_BYTE = 3;

    private static final int FIRST_FIM = FIRST_BYTE + 256;
    private static final String GREEDY = "\"temperature\":0,\"n_predict\":8";

    private static TinyServer plain;
    private static TinyServer infill;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        plain = new TinyServer(folder);
        infill = new TinyServer(folder, FIM);
    }

    @AfterAll
    static void stop() {
        if (plain != null) {
            plain.close();
        }
        if (infill != null) {
            infill.close();
        }
        CLIENT.close();
    }

    private static HttpResponse<String> send(TinyServer server, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode parse(String json) {
        return Json.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(TinyServer server, String path, String body) throws Exception {
        var response = send(server, path, body);
        assertEquals(200, response.statusCode(), response.body());
        return parse(response.body());
    }

    private static JsonNode complete(String body) throws Exception {
        return json(plain, "/completion", body);
    }

    @Test
    void tellsWhatLlamaServerTells() throws Exception {
        JsonNode answer = complete("{\"prompt\":\"hello\"," + GREEDY + ",\"id_slot\":3,\"cache_prompt\":false}");
        assertTrue(answer.path("stop").asBoolean());
        assertEquals(0, answer.path("index").asInt());
        assertEquals(5, answer.path("tokens_evaluated").asInt());
        assertEquals(8, answer.path("tokens_predicted").asInt());
        assertEquals("limit", answer.path("stop_type").asText());
        assertEquals("", answer.path("stopping_word").asText("?"));
        assertFalse(answer.path("truncated").asBoolean(true));
        assertEquals("hello", answer.path("prompt").asText());
        assertEquals(0, answer.path("tokens").size());
        assertEquals(0, answer.at("/generation_settings/temperature").asInt(-1));
        assertEquals(8, answer.at("/generation_settings/n_predict").asInt());
        assertEquals(8, answer.at("/timings/predicted_n").asInt());
        assertTrue(answer.path("completion_probabilities").isMissingNode());
        assertEquals(
                answer.path("content").asText().contains("\n"),
                answer.path("has_new_line").asBoolean());
    }

    @Test
    void theLastEventSaysThatItIs() throws Exception {
        String whole = complete("{\"prompt\":\"hello\"," + GREEDY + "}")
                .path("content")
                .asText();
        var response =
                send(plain, "/completion", "{\"prompt\":\"hello\"," + GREEDY + ",\"stream\":true,\"n_probs\":1}");
        assertTrue(response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
        assertFalse(response.body().contains("[DONE]"), response.body());
        List<JsonNode> events = events(response);
        StringBuilder text = new StringBuilder();
        int told = 0;
        for (JsonNode event : events.subList(0, events.size() - 1)) {
            assertFalse(event.path("stop").asBoolean(true));
            text.append(event.path("content").asText());
            told += event.path("completion_probabilities").size();
        }
        assertEquals(whole, text.toString());
        assertEquals(8, told);
        JsonNode last = events.getLast();
        assertTrue(last.path("stop").asBoolean());
        assertEquals("", last.path("content").asText());
        assertEquals(8, last.path("tokens_predicted").asInt());
    }

    private static List<JsonNode> events(HttpResponse<String> response) {
        return response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> parse(line.substring(6)))
                .toList();
    }

    @Test
    void onlyTheFieldsOfTheRequestAreTold() throws Exception {
        String fields = ",\"response_fields\":[\"content\",\"generation_settings/n_predict\",\"nothing\",\"content/\","
                + "\"tokens/0\",\"\",\"stop/more\"]";
        JsonNode all = complete("{\"prompt\":\"hello\"," + GREEDY + ",\"response_fields\":[]}");
        assertEquals(8, all.path("tokens_predicted").asInt());
        JsonNode answer = complete("{\"prompt\":\"hello\"," + GREEDY + fields + "}");
        assertEquals(2, answer.size(), answer.toString());
        assertEquals(all.path("content"), answer.path("content"));
        assertEquals(8, answer.path("generation_settings/n_predict").asInt());
        JsonNode several = complete("{\"prompt\":[\"x\",\"hello\"]," + GREEDY + fields + "}");
        assertEquals(2, several.size());
        assertEquals(answer, several.path(1));
        List<JsonNode> events =
                events(send(plain, "/completion", "{\"prompt\":\"hello\"," + GREEDY + fields + ",\"stream\":true}"));
        assertFalse(events.getFirst().path("stop").asBoolean(true), "parts are whole");
        assertEquals(2, events.getLast().size());
        assertEquals("", events.getLast().path("content").asText("?"));
    }

    @Test
    void eachEventTellsItsTimings() throws Exception {
        String text = "timings".repeat(50);
        int cached = 0;
        for (String flag : List.of("", ",\"timings_per_token\":true")) {
            List<JsonNode> events = events(send(
                    plain,
                    "/completion",
                    "{\"prompt\":\"" + text + "\"," + GREEDY + ",\"n_probs\":1,\"stream\":true" + flag + "}"));
            int told = 0;
            for (JsonNode event : events.subList(0, events.size() - 1)) {
                told += event.path("completion_probabilities").size();
                JsonNode timings = event.path("timings");
                assertEquals(flag.isEmpty(), timings.isMissingNode());
                if (!flag.isEmpty()) {
                    JsonNode end = events.getLast().path("timings");
                    int predicted = timings.path("predicted_n").asInt();
                    assertTrue(told <= predicted && predicted <= 8, timings.toString());
                    assertTrue(timings.path("predicted_ms").asDouble() > 0);
                    assertEquals(end.path("cache_n"), timings.path("cache_n"));
                    assertEquals(end.path("prompt_n"), timings.path("prompt_n"));
                    assertEquals(end.path("prompt_ms"), timings.path("prompt_ms"));
                }
            }
            assertEquals(8, told);
            cached = events.getLast().at("/timings/cache_n").asInt();
            text += text;
        }
        assertTrue(cached > 0, "the second prompt begins as the first");
    }

    @Test
    void promptsAreTextsTokensOrBoth() throws Exception {
        String text =
                complete("{\"prompt\":\"abc\"," + GREEDY + "}").path("content").asText();
        int a = FIRST_BYTE + 'a';
        String tokens = "[" + a + "," + (a + 1) + "," + (a + 2) + "]";
        for (String prompt : List.of(tokens, "[" + a + ",\"bc\"]", "[\"ab\"," + (a + 2) + "]")) {
            JsonNode same = complete("{\"prompt\":" + prompt + "," + GREEDY + "}");
            assertEquals(text, same.path("content").asText(), prompt);
            assertEquals("abc", same.path("prompt").asText(), prompt);
        }
        JsonNode several = complete("{\"prompt\":[\"x\",\"abc\"," + tokens + "]," + GREEDY + "}");
        assertEquals(3, several.size());
        assertEquals(1, several.at("/1/index").asInt());
        assertEquals(text, several.at("/1/content").asText());
        assertEquals(text, several.at("/2/content").asText());
    }

    @Test
    void stopsTellWhy() throws Exception {
        JsonNode word =
                complete("{\"prompt\":\"x\",\"grammar\":\"root ::= \\\"yes and no\\\"\",\"stop\":[\" and\",\"q\"]}");
        assertEquals("yes", word.path("content").asText());
        assertEquals("word", word.path("stop_type").asText());
        assertEquals(" and", word.path("stopping_word").asText());
        JsonNode end = complete("{\"prompt\":\"x\",\"json_schema\":{\"const\":true}}");
        assertEquals("true", end.path("content").asText());
        assertEquals("eos", end.path("stop_type").asText());
        JsonNode full = complete("{\"prompt\":\"" + "x".repeat(TinyModel.CONTEXT - 2) + "\",\"ignore_eos\":true}");
        assertTrue(full.path("truncated").asBoolean());
        assertEquals(2, full.path("tokens_predicted").asInt());
        assertEquals(
                0,
                complete("{\"prompt\":\"x\",\"n_predict\":0}")
                        .path("tokens_predicted")
                        .asInt(-1));
    }

    @Test
    void probabilitiesHaveIds() throws Exception {
        JsonNode answer = complete("{\"prompt\":\"hello\"," + GREEDY + ",\"n_probs\":3,\"return_tokens\":true}");
        JsonNode first = answer.at("/completion_probabilities/0");
        assertEquals(8, answer.path("completion_probabilities").size());
        assertEquals(3, first.path("top_logprobs").size());
        assertEquals(first.path("id"), first.at("/top_logprobs/0/id"));
        assertEquals(first.path("id"), answer.at("/tokens/0"));
        assertEquals(first.path("id").asInt() - FIRST_BYTE, first.at("/bytes/0").asInt());
        assertTrue(first.path("logprob").asDouble() < 0);
    }

    @Test
    void probabilitiesMayBeThoseAfterSampling() throws Exception {
        String body = "{\"prompt\":\"hello\",\"n_predict\":8,\"ignore_eos\":true,\"n_probs\":5,\"top_k\":3,\"min_p\":0,"
                + "\"top_p\":1,\"post_sampling_probs\":true,\"temperature\":";
        JsonNode places = complete(body + "1}").path("completion_probabilities");
        assertEquals(8, places.size());
        for (JsonNode place : places) {
            assertTrue(place.path("logprob").isMissingNode()
                    && place.path("top_logprobs").isMissingNode());
            assertEquals(3, place.path("top_probs").size());
            double sum = 0;
            double chosen = 0;
            for (JsonNode one : place.path("top_probs")) {
                sum += one.path("prob").asDouble();
                chosen += one.path("id").equals(place.path("id"))
                        ? one.path("prob").asDouble()
                        : 0;
            }
            assertEquals(1, sum, 1e-4);
            assertEquals(chosen, place.path("prob").asDouble(), 1e-9);
        }
        for (JsonNode place : complete(body + "0}").path("completion_probabilities")) {
            assertEquals(1, place.path("prob").asDouble());
            assertEquals(1, place.path("top_probs").size());
            assertEquals(place.path("id"), place.at("/top_probs/0/id"));
        }
    }

    @Test
    void biasesComeInPairsToo() throws Exception {
        String text = complete("{\"prompt\":\"hello\",\"n_predict\":3,\"logit_bias\":[[\"A\",100]]}")
                .path("content")
                .asText();
        assertEquals("AAA", text);
        String other = complete("{\"prompt\":\"hello\",\"n_predict\":3,\"logit_bias\":{\"" + (FIRST_BYTE + 'B')
                        + "\":100,\"A\":90}}")
                .path("content")
                .asText();
        assertEquals("BBB", other);
        String neither = complete("{\"prompt\":\"hello\",\"n_predict\":3,\"logit_bias\":[[\"A\",100],["
                        + (FIRST_BYTE + 'A') + ",false],[\"C\",50]]}")
                .path("content")
                .asText();
        assertEquals("CCC", neither);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"prompt\":\"\"}",
                "{\"prompt\":5}",
                "{\"prompt\":[]}",
                "{\"prompt\":[[]]}",
                "{\"prompt\":[99999]}",
                "{\"prompt\":[\"x\",null]}",
                "{\"prompt\":\"x\",\"n_predict\":-3}",
                "{\"prompt\":\"x\",\"n_probs\":-1}",
                "{\"prompt\":\"x\",\"mirostat\":3}",
                "{\"prompt\":\"x\",\"xtc_probability\":2}",
                "{\"prompt\":\"x\",\"samplers\":[\"magic\"]}",
                "{\"prompt\":\"x\",\"samplers\":\"kfyptm\"}",
                "{\"prompt\":\"x\",\"response_fields\":\"content\"}",
                "{\"prompt\":\"x\",\"response_fields\":[1]}",
                "{\"prompt\":\"x\",\"timings_per_token\":\"yes\"}",
                "{\"prompt\":\"x\",\"dry_sequence_breakers\":[\"\"]}",
                "{\"prompt\":\"x\",\"logit_bias\":[[1]]}",
                "{\"prompt\":\"x\",\"logit_bias\":[[99999,1]]}",
                "{\"prompt\":\"x\",\"logit_bias\":\"x\"}",
                "{\"prompt\":\"x\",\"grammar\":\"root ::= (\"}",
                "{\"prompt\":\"x\",\"post_sampling_probs\":1}"
            })
    void refusesInItsOwnForm(String body) throws Exception {
        var response = send(plain, "/completion", body);
        assertEquals(400, response.statusCode(), response.body());
        JsonNode error = parse(response.body()).path("error");
        assertEquals(400, error.path("code").intValue());
        assertEquals("invalid_request_error", error.path("type").asText());
        assertFalse(error.path("message").asText().isEmpty());
    }

    @Test
    void aPromptThatDoesNotFitIsNamed() throws Exception {
        var response = send(plain, "/completion", "{\"prompt\":\"" + "x".repeat(TinyModel.CONTEXT) + "\"}");
        assertEquals(400, response.statusCode());
        assertEquals(
                "exceed_context_size_error",
                parse(response.body()).at("/error/type").asText());
    }

    @ParameterizedTest
    @CsvSource({"'{\"input_prefix\":\"a\",\"input_suffix\":\"b\"}'", "'{}'"})
    void aModelWithoutTheTokensCannotFillIn(String body) throws Exception {
        var response = send(plain, "/infill", body);
        assertEquals(501, response.statusCode(), response.body());
        JsonNode error = parse(response.body()).path("error");
        assertEquals(501, error.path("code").intValue());
        assertEquals("not_supported_error", error.path("type").asText());
        assertTrue(error.path("message").asText().contains("prefix token is missing"), error.toString());
    }

    @Test
    void fillsInBetween() throws Exception {
        JsonNode answer = json(
                infill,
                "/infill",
                "{\"input_prefix\":\"ab\",\"prompt\":\"c<|fim_middle|>\",\"input_suffix\":\"z\"," + GREEDY + "}");
        assertEquals(
                FIM.get(0) + "abc<|fim_middle|>" + FIM.get(1) + "z" + FIM.get(2),
                answer.path("prompt").asText());
        assertEquals(3 + 3 + 14 + 1, answer.path("tokens_evaluated").asInt(), "what the user typed is plain text");
        JsonNode same = json(
                infill,
                "/completion",
                "{\"prompt\":[" + FIRST_FIM + ",\"abc\"," + (FIRST_FIM + 1) + ",\"z\"," + (FIRST_FIM + 2) + "],"
                        + GREEDY + "}");
        JsonNode again = json(infill, "/infill", "{\"input_prefix\":\"abc\",\"input_suffix\":\"z\"," + GREEDY + "}");
        assertEquals(same.path("content"), again.path("content"));
        JsonNode extra = json(
                infill,
                "/infill",
                "{\"input_prefix\":\"a\",\"input_suffix\":\"\",\"input_extra\":[{\"filename\":\"f\",\"text\":\"more\"}],"
                        + GREEDY + "}");
        assertTrue(extra.path("prompt").asText().startsWith("\n\n--- snippet ---\n\nmore" + FIM.get(0)));
        assertEquals(400, send(infill, "/infill", "{\"input_prefix\":\"a\"}").statusCode());
        assertEquals(
                400,
                send(infill, "/infill", "{\"input_prefix\":\"a\",\"input_suffix\":\"\",\"input_extra\":[{}]}")
                        .statusCode());
    }

    @Test
    void longFilesAreCutAroundThePlace() throws Exception {
        JsonNode answer = json(
                infill,
                "/infill",
                "{\"input_prefix\":\"" + "a".repeat(3000) + "b\",\"input_suffix\":\"c" + "d".repeat(3000) + "\","
                        + GREEDY + "}");
        String prompt = answer.path("prompt").asText();
        assertTrue(prompt.contains("ab" + FIM.get(1) + "cd"), prompt);
        assertEquals(TinyModel.CONTEXT / 2 + 3, answer.path("tokens_evaluated").asInt());
    }

    @Test
    void anEchoTellsWhatThePromptWasWorth() throws Exception {
        String body = "{\"prompt\":\"hello\",\"temperature\":0,\"max_tokens\":4,\"logprobs\":2,\"echo\":";
        JsonNode alone = json(plain, "/v1/completions", body + "false}").at("/choices/0");
        JsonNode answer = json(plain, "/v1/completions", body + "true}").at("/choices/0");
        assertEquals("hello" + alone.path("text").asText(), answer.path("text").asText());
        JsonNode columns = answer.path("logprobs");
        assertEquals(9, columns.path("tokens").size());
        assertEquals("h", columns.at("/tokens/0").asText());
        assertTrue(columns.at("/token_logprobs/0").isNull()
                && columns.at("/top_logprobs/0").isNull());
        assertTrue(columns.at("/token_logprobs/1").asDouble() < 0);
        assertEquals(4, columns.at("/text_offset/4").asInt());
        assertEquals(5, columns.at("/text_offset/5").asInt());
        assertEquals(alone.at("/logprobs/tokens/0"), columns.at("/tokens/5"));

        // What was generated, scored as a prompt, is worth the same.
        int[] ids = new int[9];
        for (int i = 0; i < 5; i++) {
            ids[i] = FIRST_BYTE + "hello".charAt(i);
        }
        JsonNode generated = complete("{\"prompt\":\"hello\",\"temperature\":0,\"n_predict\":4,\"return_tokens\":true}")
                .path("tokens");
        for (int i = 0; i < 4; i++) {
            ids[5 + i] = generated.path(i).asInt();
        }
        JsonNode scored = json(
                        plain,
                        "/v1/completions",
                        "{\"prompt\":" + Json.text(ids) + ",\"max_tokens\":0,\"logprobs\":0,\"echo\":true}")
                .at("/choices/0");
        assertEquals(9, scored.at("/logprobs/tokens").size());
        for (int i = 5; i < 9; i++) {
            double expected = columns.at("/token_logprobs/" + i).asDouble();
            assertEquals(expected, scored.at("/logprobs/token_logprobs/" + i).asDouble(), 1e-3);
        }
        assertEquals("length", scored.path("finish_reason").asText());
    }

    @Test
    void anEchoComesFirstInAStream() throws Exception {
        var response = send(
                plain,
                "/v1/completions",
                "{\"prompt\":[\"hello\",\"ab\"],\"max_tokens\":2,\"logprobs\":1,\"echo\":true,\"stream\":true,\"n\":2}");
        List<JsonNode> chunks = response.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> parse(line.substring(6)))
                .toList();
        for (int choice = 0; choice < 4; choice++) {
            int wanted = choice;
            List<JsonNode> own = chunks.stream()
                    .map(chunk -> chunk.at("/choices/0"))
                    .filter(one -> one.path("index").asInt() == wanted)
                    .toList();
            assertEquals(
                    choice < 2 ? "hello" : "ab", own.getFirst().path("text").asText());
            assertEquals(
                    choice < 2 ? 5 : 2, own.getFirst().at("/logprobs/tokens").size());
            assertEquals(
                    choice < 2 ? 5 : 2, own.get(1).at("/logprobs/text_offset/0").asInt());
        }
    }
}
