package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import demitasse.phi3.tools.Tool;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** OpenAI's {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ToolRequest {
    private static final String TOOLS = "tools";
    private static final String CHOICE = "tool_choice";
    private static final int MAX_TOOLS = 128;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private ToolRequest() {}

    /**
     * What the model is offered; nothing if it may not use tools.
     *
     * @throws ApiException 400 if a tool or the choice is at fault
     */
    static Tools read(Fields fields) {
        if (fields.node("functions").size() > 0) {
            throw ApiException.unsupported("functions", "'functions' is not supported; use 'tools'");
        }
        Map<String, Tool> tools = tools(fields.node(TOOLS));
        boolean parallel = fields.flag("parallel_tool_calls", true);
        JsonNode choice = fields.node(CHOICE);
        String word = choice.isMissingNode() ? "auto" : choice.asText();
        List<Tool> all = List.copyOf(tools.values());
        Tools chosen = choice.isObject()
                ? new Tools(List.of(named(choice, tools)), true, parallel)
                : switch (word) {
                    case "none" -> Tools.NONE;
                    case "auto" -> new Tools(all, false, parallel);
                    case "required" -> new Tools(all, true, parallel);
                    default ->
                        throw ApiException.invalid(
                                CHOICE,
                                "'" + CHOICE + "' must be none, auto, required or an object that names a function");
                };
        if (chosen.required() && chosen.isEmpty()) {
            throw ApiException.invalid(CHOICE, "'" + CHOICE + "' is required, but there are no tools");
        }
        if (chosen.required()
                && !fields.node("response_format").path("type").asText("text").equals("text")) {
            throw ApiException.unsupported(
                    "response_format", "the answer cannot be a call and have a format of its own");
        }
        return chosen;
    }

    private static Tool named(JsonNode choice, Map<String, Tool> tools) {
        if (!choice.path("type").asText().equals("function")) {
            throw ApiException.unsupported(CHOICE, "'" + CHOICE + ".type' must be function");
        }
        String name = Fields.asText(choice.path("function").path("name"), CHOICE + ".function.name");
        Tool tool = tools.get(name);
        if (tool == null) {
            throw ApiException.invalid(CHOICE, "'" + CHOICE + "' names a function that is not among the tools");
        }
        return tool;
    }

    private static Map<String, Tool> tools(JsonNode node) {
        Map<String, Tool> tools = new LinkedHashMap<>();
        if (node.isMissingNode()) {
            return tools;
        }
        if (!node.isArray() || node.size() > MAX_TOOLS) {
            throw fault("must be an array of at most " + MAX_TOOLS + " tools");
        }
        for (JsonNode item : node) {
            Tool tool = tool(item);
            if (tools.put(tool.name(), tool) != null) {
                throw fault("names a function twice: " + tool.name());
            }
        }
        return tools;
    }

    private static Tool tool(JsonNode node) {
        JsonNode function = node.path("function");
        if (!node.path("type").asText().equals("function") || !function.isObject()) {
            throw fault("must hold objects {\"type\": \"function\", \"function\": {...}}");
        }
        String name = function.path("name").asText();
        if (!function.path("name").isTextual() || !NAME.matcher(name).matches()) {
            throw fault("must name functions with 1 to 64 letters, digits, _ and -");
        }
        JsonNode parameters = function.path("parameters");
        if (!parameters.isObject() && !parameters.isMissingNode() && !parameters.isNull()) {
            throw fault("must have JSON Schemas as parameters");
        }
        JsonNode description = function.path("description");
        if (!description.isTextual() && !description.isMissingNode() && !description.isNull()) {
            throw fault("must have texts as descriptions");
        }
        return new Tool(name, Json.map(complete(node)));
    }

    /** Templates look into the parameters of each function, and add to its description. */
    private static ObjectNode complete(JsonNode tool) {
        ObjectNode complete = tool.deepCopy();
        ObjectNode function = (ObjectNode) complete.get("function");
        if (!function.path("parameters").isObject()) {
            function.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (function.path("description").isNull()) {
            function.remove("description");
        }
        return complete;
    }

    private static ApiException fault(String message) {
        return ApiException.invalid(TOOLS, "'" + TOOLS + "' " + message);
    }

    /**
     * What an answer must be that has to be a call.
     *
     * @throws ApiException 400 if the parameters of a tool are a schema that we cannot hold to
     */
    static Grammar grammar(Tools tools, ToolForm form) {
        try {
            return Grammar.ofJsonSchema(form.schema(tools));
        } catch (GrammarException e) {
            throw ApiException.invalid(TOOLS, e.getMessage());
        }
    }
}
