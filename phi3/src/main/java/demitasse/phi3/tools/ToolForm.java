package demitasse.phi3.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a family of models writes calls. */
public enum ToolForm {
    /** Hermes, Qwen: {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}, one pair of marks a call. */
    HERMES(List.of(new Mark("<tool_call>", "</tool_call>")), "<tool_call>\n", "arguments", false),
    /**
     * Llama 3: {@code {"name": ..., "parameters": {...}}}, maybe behind {@code <|python_tag|>}, or
     * {@code <function=name>{...}</function>}.
     */
    LLAMA3(List.of(new Mark("<|python_tag|>", ""), new Mark(Mark.FUNCTION, "</function>")), "", "parameters", false),
    /** Phi-4-mini, Granite 3: {@code <|tool_call|>[{"name": ..., "arguments": {...}}]<|/tool_call|>}. */
    PHI(
            List.of(new Mark("<|tool_call|>", "<|/tool_call|>"), new Mark("functools", "")),
            "<|tool_call|>",
            "arguments",
            true),
    /** FireFunction, some Phi: {@code functools[{"name": ..., "arguments": {...}}]}. */
    FUNCTOOLS(List.of(new Mark("functools", "")), "functools", "arguments", true);

    /**
     * What calls stand between.
     *
     * @param close empty if the end of the JSON is the end of the call
     */
    record Mark(String open, String close) {
        /** The name of the function follows, and then its arguments. */
        static final String FUNCTION = "<function=";
    }

    private final List<Mark> marks;
    private final String opening;
    private final String arguments;
    private final boolean array;

    ToolForm(List<Mark> marks, String opening, String arguments, boolean array) {
        this.marks = marks;
        this.opening = opening;
        this.arguments = arguments;
        this.array = array;
    }

    /** The form that a chat template teaches its model; {@link #HERMES} if it tells none of ours. */
    public static ToolForm of(String template) {
        if (template.contains("<tool_call>")) {
            return HERMES;
        }
        if (template.contains("<|tool_call|>") || template.contains("<|tool|>")) {
            return PHI;
        }
        if (template.contains("functools")) {
            return FUNCTOOLS;
        }
        boolean llama = template.contains("<|python_tag|>")
                || template.contains(Mark.FUNCTION)
                || template.contains("<|start_header_id|>");
        return llama ? LLAMA3 : HERMES;
    }

    List<Mark> marks() {
        return marks;
    }

    /** What an answer begins with that must be a call: the end of the prompt. The rest follows {@link #schema}. */
    public String opening() {
        return opening;
    }

    /** The JSON Schema of what stands behind {@link #opening} in an answer that must be a call. */
    public Map<String, Object> schema(Tools tools) {
        List<Object> calls = new ArrayList<>();
        Map<String, Object> definitions = new LinkedHashMap<>();
        for (int i = 0; i < tools.list().size(); i++) {
            Tool tool = tools.list().get(i);
            String place = "t" + i;
            definitions.put(place, moved(tool.parameters(), "#/$defs/" + place));
            Map<String, Object> properties = new LinkedHashMap<>();
            properties.put("name", Map.of("const", tool.name()));
            properties.put(arguments, Map.of("$ref", "#/$defs/" + place));
            calls.add(Map.of(
                    "type",
                    "object",
                    "properties",
                    properties,
                    "required",
                    List.of("name", arguments),
                    "additionalProperties",
                    false));
        }
        Map<String, Object> call = new LinkedHashMap<>(Map.of("anyOf", calls));
        Map<String, Object> all = call;
        if (array) {
            all = new LinkedHashMap<>(Map.of("type", "array", "items", call, "minItems", 1));
            if (!tools.parallel()) {
                all.put("maxItems", 1);
            }
        }
        all.put("$defs", definitions);
        return all;
    }

    /** A schema that has been put into another: its references begin at the new place. */
    private static Object moved(Object schema, String place) {
        return switch (schema) {
            case List<?> list -> {
                List<Object> items = new ArrayList<>();
                list.forEach(item -> items.add(moved(item, place)));
                yield items;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> entries = new LinkedHashMap<>();
                map.forEach((key, value) -> entries.put(
                        key,
                        key.equals("$ref") && value instanceof String reference && reference.startsWith("#")
                                ? place + reference.substring(1)
                                : moved(value, place)));
                yield entries;
            }
            case null, default -> schema;
        };
    }
}
