package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** llama.cpp's endpoints, on a model whose tokens are the bytes. */
class LlamaEndpointsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static TinyServer server;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = new TinyServer(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        CLIENT.close();
    }

    private static HttpResponse<String> send(String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(String path, String body) throws Exception {
        var response = send(path, body);
        assertEquals(200, response.statusCode(), response.body());
        return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tokensAndBack() throws Exception {
        JsonNode tokens = json("/tokenize", "{\"content\":\"hello á\"}").path("tokens");
        assertEquals(8, tokens.size());
        assertEquals(3 + 'h', tokens.path(0).asInt());
        JsonNode text = json("/detokenize", "{\"tokens\":" + tokens + "}");
        assertEquals("hello á", text.path("content").asText());
        assertEquals("", json("/detokenize", "{\"tokens\":[]}").path("content").asText());
        assertEquals(0, json("/tokenize", "{\"content\":\"\"}").path("tokens").size());
    }

    @Test
    void piecesAreTextsOrBytes() throws Exception {
        JsonNode tokens =
                json("/tokenize", "{\"content\":\"xá\",\"with_pieces\":true}").path("tokens");
        assertEquals("x", tokens.at("/0/piece").asText());
        assertEquals(0xC3, tokens.at("/1/piece/0").asInt());
        assertEquals(3 + 0xA1, tokens.at("/2/id").asInt());
    }

    @Test
    void controlTokensAreMeantUnlessToldOtherwise() throws Exception {
        assertEquals(
                1,
                json("/tokenize", "{\"content\":\"<|im_end|>\"}").path("tokens").size());
        assertEquals(
                10,
                json("/tokenize", "{\"content\":\"<|im_end|>\",\"parse_special\":false}")
                        .path("tokens")
                        .size());
        JsonNode mixed = json("/tokenize", "{\"content\":[\"a\",2,\"b\"]}").path("tokens");
        assertEquals("[" + (3 + 'a') + ",2," + (3 + 'b') + "]", mixed.toString());
    }

    @Test
    void showsThePromptOfAConversation() throws Exception {
        JsonNode prompt = json("/apply-template", Harness.chat(""));
        assertEquals(
                "<|im_start|>user\nhello there<|im_end|>\n<|im_start|>assistant\n",
                prompt.path("prompt").asText());
    }

    @Test
    void tellsItsProperties() throws Exception {
        JsonNode props = json("/props", null);
        assertEquals(TinyModel.NAME, props.path("model_path").asText());
        assertEquals(4, props.path("total_slots").asInt());
        assertEquals(
                TinyModel.CONTEXT,
                props.at("/default_generation_settings/n_ctx").asInt());
        assertEquals(40, props.at("/default_generation_settings/params/top_k").asInt());
        assertEquals("<|im_end|>", props.path("eos_token").asText());
        assertTrue(props.path("chat_template").asText().contains("im_start"));
        assertEquals("ok", json("/v1/health", null).path("status").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tokenize|{}",
                "/tokenize|{\"content\":5}",
                "/tokenize|{\"content\":[\"a\",9999]}",
                "/tokenize|{\"content\":[null]}",
                "/tokenize|{\"content\":\"x\",\"add_special\":1}",
                "/detokenize|{}",
                "/detokenize|{\"tokens\":\"x\"}",
                "/detokenize|{\"tokens\":[-1]}",
                "/detokenize|{\"tokens\":[1.5]}",
                "/detokenize|{\"tokens\":[9999]}",
                "/apply-template|{\"messages\":[]}"
            })
    void refusesWhatItCannotRead(String path, String body) throws Exception {
        assertEquals(400, send(path, body).statusCode());
    }

    @Test
    void grammarsOfLlamaCppHold() throws Exception {
        JsonNode answer = json(
                "/v1/chat/completions",
                Harness.chat("\"max_tokens\":20,\"grammar\":\"root ::= \\\"yes\\\" | \\\"no\\\"\""));
        String text = answer.at("/choices/0/message/content").asText();
        assertTrue(text.equals("yes") || text.equals("no"), text);
        assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
    }

    @Test
    void slotsHoldNoText() throws Exception {
        try (Harness harness = new Harness()) {
            harness.model.words = new Semaphore(2);
            var running = harness.client.sendAsync(
                    harness.posting("/v1/chat/completions", Harness.chat("\"max_tokens\":3"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Patience.await(harness.model.begun);
            JsonNode slot = harness.get("/slots").json().path(0);
            assertTrue(slot.path("is_processing").asBoolean());
            assertEquals(3, slot.path("n_prompt_tokens").asInt());
            assertFalse(slot.toString().contains("hello"), slot.toString());
            assertEquals(503, harness.get("/slots?fail_on_no_slot=1").status());
            harness.model.words.release(10);
            assertEquals(200, Patience.get(running).statusCode());
            JsonNode idle = harness.get("/slots?fail_on_no_slot=1").json().path(0);
            assertEquals(FakeModel.CONTEXT, idle.path("n_ctx").asInt());
        }
    }
}
