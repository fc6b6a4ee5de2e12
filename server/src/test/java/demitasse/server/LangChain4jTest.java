package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.Patience;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's OpenAI module, unchanged. */
class LangChain4jTest {
    private static final List<ChatMessage> HELLO =
            List.of(SystemMessage.from("Be brief."), UserMessage.from("Say hello to Ada."));
    private static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("get_weather")
            .description("Weather of a city")
            .parameters(JsonObjectSchema.builder()
                    .addEnumProperty("city", List.of("Paris", "Rome"))
                    .required("city")
                    .build())
            .build();

    private static TinyServer server;
    private static OpenAiChatModel model;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws IOException {
        server = new TinyServer(folder);
        model = chat(TinyModel.NAME, 100);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static OpenAiChatModel chat(String name, int tokens) {
        return OpenAiChatModel.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("none")
                .timeout(Patience.LIMIT)
                .modelName(name)
                .maxTokens(tokens)
                .temperature(0.0)
                .maxRetries(0)
                .build();
    }

    @Test
    void chatsWholeAndInPieces() throws Exception {
        ChatResponse whole = chat(TinyModel.NAME, 10).chat(HELLO);
        assertTrue(whole.tokenUsage().outputTokenCount() <= 10);
        OpenAiStreamingChatModel streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("none")
                .timeout(Patience.LIMIT)
                .modelName(TinyModel.NAME)
                .maxTokens(10)
                .temperature(0.0)
                .build();
        StringBuilder text = new StringBuilder();
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        streaming.chat(HELLO, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                text.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        ChatResponse streamed = Patience.get(end);
        assertEquals(whole.aiMessage().text(), text.toString());
        assertEquals(whole.aiMessage().text(), streamed.aiMessage().text());
        assertEquals(whole.tokenUsage().totalTokenCount(), streamed.tokenUsage().totalTokenCount());
    }

    @Test
    void callsTools() {
        ChatRequest request = ChatRequest.builder()
                .messages(HELLO)
                .toolSpecifications(WEATHER)
                .toolChoice(ToolChoice.REQUIRED)
                .build();
        ChatResponse answer = model.chat(request);
        ToolExecutionRequest call = answer.aiMessage().toolExecutionRequests().getFirst();
        assertEquals("get_weather", call.name());
        List<ChatMessage> more = new ArrayList<>(HELLO);
        more.add(answer.aiMessage());
        more.add(ToolExecutionResultMessage.from(call, "18 degrees"));
        assertTrue(model.chat(ChatRequest.builder()
                                .messages(more)
                                .toolSpecifications(WEATHER)
                                .build())
                        .tokenUsage()
                        .outputTokenCount()
                > 0);
    }

    @Test
    void keepsToASchema() {
        JsonSchema schema = JsonSchema.builder()
                .name("verdict")
                .rootElement(JsonObjectSchema.builder()
                        .addBooleanProperty("sure")
                        .addEnumProperty("colour", List.of("red", "green"))
                        .required("sure", "colour")
                        .build())
                .build();
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(schema)
                .build();
        ChatResponse answer = model.chat(
                ChatRequest.builder().messages(HELLO).responseFormat(format).build());
        JsonNode json = Json.parse(answer.aiMessage().text().getBytes(StandardCharsets.UTF_8));
        assertTrue(json.path("sure").isBoolean(), json.toString());
    }

    @Test
    void embeds() {
        OpenAiEmbeddingModel vectors = OpenAiEmbeddingModel.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("none")
                .timeout(Patience.LIMIT)
                .modelName(TinyServer.EMBEDDING)
                .build();
        var two = vectors.embedAll(List.of(TextSegment.from("a refund"), TextSegment.from("my money back")));
        assertEquals(384, two.content().getFirst().dimension());
        assertTrue(two.tokenUsage().inputTokenCount() > 0);
    }

    @Test
    void knowsItsErrors() {
        OpenAiChatModel none = chat("gpt-none", 5);
        assertThrows(ModelNotFoundException.class, () -> none.chat(HELLO));
    }
}
