package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.tools.ToolCall;
import demitasse.phi3.tools.Tools;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools in chat completions. */
class ToolCallsTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String TOOLS = """
            "tools":[{"type":"function","function":{"name":"track","description":"Where is it?","parameters":
              {"type":"object","properties":{"order":{"type":"integer"}},"required":["order"],
               "additionalProperties":false}}},
              {"type":"function","function":{"name":"ping"}}]""";
    private static final List<String> TWO_CALLS = List.of(
            "Let me",
            " look.",
            "\n<tool",
            "_call>{\"name\":\"track\",",
            "\"arguments\":{\"order\":7}}",
            "</tool_call>",
            "\n<tool_call>\n{\"name\":\"ping\",\"arguments\":{}}\n",
            "</tool_call>");

    private static Harness harness;

    @BeforeAll
    static void start() throws Exception {
        harness = new Harness();
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @BeforeEach
    void reset() {
        harness.model.script = null;
    }

    private static Harness.Answer ask(String fields) throws Exception {
        var answer = harness.post(PATH, Harness.chat(TOOLS + (fields.isEmpty() ? "" : "," + fields)));
        assertEquals(200, answer.status(), answer.body());
        return answer;
    }

    @Test
    void answersWithCalls() throws Exception {
        harness.model.script = TWO_CALLS;
        JsonNode choice = ask("").json().at("/choices/0");
        assertEquals("tool_calls", choice.path("finish_reason").asText());
        assertEquals("Let me look.", choice.at("/message/content").asText());
        JsonNode calls = choice.at("/message/tool_calls");
        assertEquals(2, calls.size());
        assertEquals("function", calls.at("/0/type").asText());
        assertTrue(calls.at("/0/id").asText().startsWith("call_"));
        assertEquals("track", calls.at("/0/function/name").asText());
        assertEquals("{\"order\":7}", calls.at("/0/function/arguments").asText());
        assertFalse(calls.get(0).has("index"));
        assertEquals("ping", calls.at("/1/function/name").asText());
        assertFalse(calls.at("/0/id").equals(calls.at("/1/id")));
        assertEquals(2, harness.model.lastTools.list().size());
    }

    @Test
    void contentIsNullBesideACallWithoutText() throws Exception {
        harness.model.script = TWO_CALLS.subList(2, TWO_CALLS.size());
        JsonNode message = ask("\"parallel_tool_calls\":false").json().at("/choices/0/message");
        assertTrue(message.has("content") && message.get("content").isNull(), message.toString());
        assertEquals(1, message.path("tool_calls").size());
    }

    @Test
    void streamsTextAndThenCalls() throws Exception {
        harness.model.script = TWO_CALLS;
        List<JsonNode> chunks = ask("\"stream\":true").data();
        StringBuilder text = new StringBuilder();
        List<String> calls = new ArrayList<>();
        for (JsonNode chunk : chunks) {
            JsonNode delta = chunk.at("/choices/0/delta");
            text.append(delta.path("content").asText(""));
            delta.path("tool_calls")
                    .forEach(call -> calls.add(call.path("index").asInt() + " "
                            + call.path("type").asText() + " "
                            + call.at("/function/name").asText()
                            + call.at("/function/arguments").asText()));
        }
        assertEquals("Let me look.", text.toString());
        assertEquals(List.of("0 function track{\"order\":7}", "1 function ping{}"), calls);
        assertEquals(
                "tool_calls", chunks.getLast().at("/choices/0/finish_reason").asText());
    }

    @Test
    void whatIsNoCallStaysText() throws Exception {
        harness.model.script = List.of("<tool_call>{\"name\":\"other\",\"arguments\":{}}</tool_call>");
        JsonNode choice = ask("").json().at("/choices/0");
        assertEquals("stop", choice.path("finish_reason").asText());
        assertEquals(
                harness.model.script.getFirst(), choice.at("/message/content").asText());
        assertFalse(choice.path("message").has("tool_calls"));
    }

    @Test
    void noneHidesTheTools() throws Exception {
        harness.model.script = TWO_CALLS;
        JsonNode choice = ask("\"tool_choice\":\"none\"").json().at("/choices/0");
        assertTrue(harness.model.lastTools.isEmpty());
        assertEquals("stop", choice.path("finish_reason").asText());
        assertEquals(String.join("", TWO_CALLS), choice.at("/message/content").asText());
    }

    @Test
    void requiredAndNamedCallsHaveAGrammar() throws Exception {
        harness.model.script = List.of("{\"name\":\"track\",\"arguments\":{\"order\":7}}");
        JsonNode choice = ask("\"tool_choice\":\"required\"").json().at("/choices/0");
        assertEquals("tool_calls", choice.path("finish_reason").asText());
        assertEquals("track", choice.at("/message/tool_calls/0/function/name").asText());
        assertTrue(harness.model.lastTools.required());
        Grammar any = harness.model.lastOptions.grammar();
        assertTrue(any.accepts(harness.model.script.getFirst()));
        assertTrue(any.accepts("{\"name\":\"ping\",\"arguments\":{}}"));
        assertFalse(any.accepts("{\"name\":\"track\",\"arguments\":{\"order\":\"x\"}}"));
        ask("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"track\"}}");
        Grammar named = harness.model.lastOptions.grammar();
        assertTrue(named.accepts(harness.model.script.getFirst()));
        assertFalse(named.accepts("{\"name\":\"ping\",\"arguments\":{}}"));
        ask("");
        assertNull(harness.model.lastOptions.grammar());
    }

    @Test
    void readsCallsAndTheirResults() throws Exception {
        var answer = harness.post(PATH, """
                {"messages":[
                  {"role":"user","content":"Where?"},
                  {"role":"assistant","content":null,"tool_calls":[
                    {"id":"c1","type":"function","function":{"name":"track","arguments":"{\\"order\\":7}"}}]},
                  {"role":"tool","tool_call_id":"c1","content":"In Rome"}],"max_tokens":1,""" + TOOLS + "}");
        assertEquals(200, answer.status(), answer.body());
        assertEquals(
                List.of(
                        new ChatMessage("user", "Where?"),
                        new ChatMessage(
                                "assistant", "", List.of(new ToolCall("c1", "track", "{\"order\":7}")), null, null),
                        new ChatMessage("tool", "In Rome", List.of(), "c1", "track")),
                harness.model.lastMessages);
        Tools tools = harness.model.lastTools;
        assertEquals("track", tools.list().getFirst().name());
        assertEquals(
                "{type=function, function={name=ping, parameters={type=object, properties={}}}}",
                tools.list().getLast().definition().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"tools\":{}|tools",
                "\"tools\":[1]|tools",
                "\"tools\":[{\"type\":\"function\"}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{}}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"description\":1}}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"not\":{}}}}],\"tool_choice\":\"required\"|tools",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"maybe\"|tool_choice",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"b\"}}|tool_choice",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"required\",\"response_format\":{\"type\":\"json_object\"}|response_format",
                "\"tool_choice\":\"required\"|tool_choice",
                "\"parallel_tool_calls\":1|parallel_tool_calls",
                "\"functions\":[{\"name\":\"a\"}]|functions"
            })
    void namesTheFieldAtFault(String fields, String param) throws Exception {
        var answer = harness.post(PATH, Harness.chat(fields));
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText());
        assertEquals("invalid_request_error", answer.json().at("/error/type").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"role\":\"assistant\",\"tool_calls\":{}}|messages[0].tool_calls",
                "{\"role\":\"assistant\",\"tool_calls\":[1]}|messages[0].tool_calls[0].function.name",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]}|messages[0].tool_calls[0].function.arguments",
                "{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":1}|messages[0].tool_call_id",
                "{\"role\":\"tool\",\"tool_call_id\":\"1\"}|messages[0].content"
            })
    void namesTheMessageAtFault(String message, String param) throws Exception {
        var answer = harness.post(PATH, "{\"messages\":[" + message + "]}");
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText());
    }
}
