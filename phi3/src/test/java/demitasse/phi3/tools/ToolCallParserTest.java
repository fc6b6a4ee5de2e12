package demitasse.phi3.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallParserTest {
    private static final Tools TOOLS = new Tools(List.of(tool("f"), tool("get-it")), false, true);

    private static Tool tool(String name) {
        return new Tool(name, Map.of("type", "function", "function", Map.of("name", name)));
    }

    /** What is left as text, and then the calls as name(arguments). Cut everywhere, the result is the same. */
    private static String parse(ToolForm form, String output) {
        String whole = parse(form, List.of(output));
        for (int size = 1; size < 8; size++) {
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < output.length(); at += size) {
                pieces.add(output.substring(at, Math.min(output.length(), at + size)));
            }
            assertEquals(whole, parse(form, pieces), "in pieces of " + size);
        }
        return whole;
    }

    private static String parse(ToolForm form, List<String> pieces) {
        int[] id = {0};
        ToolCallParser parser = new ToolCallParser(form, TOOLS, () -> "id" + id[0]++);
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(parser.next(piece)));
        text.append(parser.finish());
        return text
                + parser.calls().stream()
                        .map(call -> "|" + call.name() + call.arguments())
                        .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HERMES@<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>@|f{\"a\": 1}",
                "HERMES@Let me see.\n<tool_call>{\"arguments\":{},\"name\":\"f\"}</tool_call>@Let me see.|f{}",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"get-it\",\"arguments\":{\"b\":[]}}</tool_call>\n@|f{}|get-it{\"b\":[]}",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{\"s\":\"</tool_call> } \\\" {\",\"n\":{\"m\":[{}]}}}</tool_call>@|f{\"s\":\"</tool_call> } \\\" {\",\"n\":{\"m\":[{}]}}",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{\"ü\":\"😀 \\ud83d\"}}</tool_call>!@!|f{\"ü\":\"😀 \\ud83d\"}",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}</tool_call>@|f{\"a\":1}",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{}}@|f{}",
                "HERMES@<tool_call>{\"name\":\"f\"}</tool_call>@|f{}",
                "HERMES@{\"name\": \"f\", \"arguments\": {}}@|f{}",
                "HERMES@a <tool_call> b@a <tool_call> b",
                "HERMES@a <tool_ca@a <tool_ca",
                "HERMES@a < b <t <tool_call>@a < b <t <tool_call>",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1@<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":01}}</tool_call> x@<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":01}}</tool_call> x",
                "HERMES@<tool_call>{\"name\":\"unknown\",\"arguments\":{}}</tool_call>@<tool_call>{\"name\":\"unknown\",\"arguments\":{}}</tool_call>",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":[1]}</tool_call>@<tool_call>{\"name\":\"f\",\"arguments\":[1]}</tool_call>",
                "HERMES@<tool_call>{\"name\":\"f\",\"arguments\":\"{\"}</tool_call>@<tool_call>{\"name\":\"f\",\"arguments\":\"{\"}</tool_call>",
                "HERMES@<tool_call>{'name':'f'}</tool_call><tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>@<tool_call>{'name':'f'}</tool_call>|f{}",
                "HERMES@{\"answer\": {\"name\": \"f\"}}@{\"answer\": {\"name\": \"f\"}}",
                "LLAMA3@{\"name\": \"f\", \"parameters\": {\"a\": \"b\"}}@|f{\"a\": \"b\"}",
                "LLAMA3@ {\"type\": \"function\", \"name\": \"f\", \"parameters\": {}}@|f{}",
                "LLAMA3@{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"get-it\", \"parameters\": {}}@|f{}|get-it{}",
                "LLAMA3@<|python_tag|>{\"name\": \"f\", \"parameters\": {}}@|f{}",
                "LLAMA3@{\"name\": \"f\", \"parameters\": {}} ; @|f{}",
                "LLAMA3@{\"name\": \"f\", \"parameters\": {}}; done@; done|f{}",
                "LLAMA3@{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}@|f{}",
                "LLAMA3@<|python_tag|>print(1)@<|python_tag|>print(1)",
                "LLAMA3@Well <function=f>{\"a\": {\"b\": \"</function>\"}}</function>@Well|f{\"a\": {\"b\": \"</function>\"}}",
                "LLAMA3@<function=f>{\"a\": 1}@|f{\"a\": 1}",
                "LLAMA3@<function=f>no</function> <function=g>{}</function>@<function=f>no</function> <function=g>{}</function>",
                "LLAMA3@<function=@<function=",
                "LLAMA3@{\"name\": \"Bob\", \"parameters\": {}} is it@{\"name\": \"Bob\", \"parameters\": {}} is it",
                "LLAMA3@Here: {\"name\": \"f\", \"parameters\": {}}@Here: {\"name\": \"f\", \"parameters\": {}}",
                "LLAMA3@{\"name\": \"f\"}@{\"name\": \"f\"}",
                "PHI@<|tool_call|>[{\"name\":\"f\",\"arguments\":{}},{\"name\":\"f\",\"arguments\":{\"a\":2}}]<|/tool_call|>@|f{}|f{\"a\":2}",
                "PHI@<|tool_call|>[{\"name\":\"f\",\"arguments\":{}}]@|f{}",
                "PHI@functools[{\"name\":\"f\",\"arguments\":{}}]@|f{}",
                "PHI@<|tool_call|>[]<|/tool_call|>@<|tool_call|>[]<|/tool_call|>",
                "FUNCTOOLS@Use functools wisely. functools[{\"name\":\"f\",\"arguments\":{}}]@Use functools wisely.|f{}",
                "FUNCTOOLS@[link](x)@[link](x)"
            })
    void takesCallsOut(String formOutputExpected) {
        String[] parts = formOutputExpected.split("@", 3);
        assertEquals(parts[2], parse(ToolForm.valueOf(parts[0]), parts[1]));
    }

    @Test
    void givesTextAtOnceAndHoldsBackWhatMayBeACall() {
        ToolCallParser parser = new ToolCallParser(ToolForm.HERMES, TOOLS, () -> "x");
        assertEquals("Let", parser.next("Let"));
        assertEquals(" me", parser.next(" me"));
        assertEquals("", parser.next(" <"));
        assertEquals(" <b", parser.next("b"));
        assertEquals("", parser.next("\n<tool_"));
        assertEquals("", parser.next("call>{\"na"));
        assertEquals("", parser.next("me\":\"f\",\"arguments\":{}}"));
        assertTrue(parser.calls().isEmpty());
        assertEquals("", parser.next("</tool_call>"));
        assertEquals(List.of(new ToolCall("x", "f", "{}")), parser.calls());
        assertEquals("", parser.finish());
    }

    @Test
    void deepAndLongOutputIsNoTrouble() {
        String deep = "<tool_call>{\"name\":\"f\",\"arguments\":" + "{\"a\":".repeat(100_000);
        assertEquals(deep, parse(ToolForm.HERMES, List.of(deep)));
        String nested = "{\"function\":".repeat(100_000);
        assertEquals(nested, parse(ToolForm.HERMES, List.of(nested)));
        String many = "<tool_call>".repeat(2_000);
        assertEquals(many, parse(ToolForm.HERMES, List.of(many)));
    }

    @Test
    void formIsKnownByTheTemplate() {
        assertEquals(ToolForm.HERMES, ToolForm.of("{{ '<tool_call>' }}<|im_start|>"));
        assertEquals(ToolForm.LLAMA3, ToolForm.of("<|start_header_id|>{{ tools }}"));
        assertEquals(ToolForm.PHI, ToolForm.of("<|tool|>{{ message['tools'] }}<|/tool|>"));
        assertEquals(ToolForm.FUNCTOOLS, ToolForm.of("functools[...]"));
        assertEquals(ToolForm.HERMES, ToolForm.of("anything"));
    }

    @Test
    void schemaTakesTheReferencesOfSchemasAlong() {
        Map<String, Object> parameters = Map.of("$ref", "#/$defs/a", "$defs", Map.of("a", Map.of("type", "object")));
        Tool tool = new Tool("f", Map.of("function", Map.of("name", "f", "parameters", parameters)));
        Map<String, Object> schema = ToolForm.PHI.schema(new Tools(List.of(tool), true, false));
        assertEquals(1, schema.get("maxItems"));
        assertTrue(schema.toString().contains("$ref=#/$defs/t0/$defs/a"), schema.toString());
        assertFalse(
                ToolForm.HERMES.schema(new Tools(List.of(tool), true, false)).containsKey("items"));
    }
}
