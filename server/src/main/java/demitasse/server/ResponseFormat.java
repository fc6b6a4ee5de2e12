package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;

/**
 * What an answer must look like: OpenAI's {@code response_format}, in which llama.cpp allows a {@code schema} beside
 * json_object; llama.cpp's {@code grammar} and {@code json_schema}; Ollama's {@code format}.
 */
final class ResponseFormat {
    private static final String NAME = "response_format";

    private ResponseFormat() {}

    /**
     * The grammar of the answer; null for plain text.
     *
     * @throws ApiException 400 if the format or its schema is one that we cannot hold to
     */
    static Grammar grammar(Fields fields) {
        JsonNode format = fields.node(NAME);
        if (format.isMissingNode()) {
            return llamaCpp(fields);
        }
        if (!format.isObject()) {
            throw ApiException.invalid(NAME, "'" + NAME + "' must be an object");
        }
        return switch (Fields.asText(format.path("type"), NAME + ".type")) {
            case "text" -> null;
            case "json_object" -> format.has("schema") ? of(format.get("schema"), NAME) : Grammar.jsonObject();
            case "json_schema" -> of(format.path("json_schema").path("schema"), NAME);
            default -> throw ApiException.unsupported(NAME, "'" + NAME + ".type' is text, json_object or json_schema");
        };
    }

    /** The grammar of llama.cpp's two fields; null for plain text. */
    static Grammar llamaCpp(Fields fields) {
        if (fields.has("json_schema")) {
            return of(fields.node("json_schema"), "json_schema");
        }
        String grammar = fields.text("grammar", "");
        try {
            return grammar.isEmpty() ? null : Grammar.parse(grammar);
        } catch (GrammarException e) {
            throw ApiException.invalid("grammar", e.getMessage());
        }
    }

    /** As {@link #grammar}, of "json" or a schema; an empty string is no format. */
    static Grammar ollama(Fields fields) {
        JsonNode format = fields.node("format");
        if (format.isMissingNode() || format.isTextual() && format.textValue().isEmpty()) {
            return null;
        }
        if (format.isTextual() && !format.textValue().equals("json")) {
            throw ApiException.unsupported("format", "'format' is \"json\" or a JSON Schema");
        }
        return format.isTextual() ? Grammar.jsonObject() : of(format, "format");
    }

    private static Grammar of(JsonNode schema, String name) {
        if (!schema.isObject()) {
            throw ApiException.invalid(name, "'" + name + "' has no schema that is an object");
        }
        try {
            return Grammar.ofJsonSchema(Json.map(schema));
        } catch (GrammarException e) {
            throw ApiException.invalid(name, e.getMessage());
        }
    }
}
