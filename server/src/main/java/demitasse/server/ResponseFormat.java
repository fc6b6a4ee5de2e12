package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;

/** OpenAI's {@code response_format}; llama.cpp's {@code schema} beside json_object too. */
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
            return null;
        }
        if (!format.isObject()) {
            throw ApiException.invalid(NAME, "'" + NAME + "' must be an object");
        }
        return switch (Fields.asText(format.path("type"), NAME + ".type")) {
            case "text" -> null;
            case "json_object" -> format.has("schema") ? of(format.get("schema")) : Grammar.jsonObject();
            case "json_schema" -> of(format.path("json_schema").path("schema"));
            default -> throw ApiException.unsupported(NAME, "'" + NAME + ".type' is text, json_object or json_schema");
        };
    }

    private static Grammar of(JsonNode schema) {
        if (!schema.isObject()) {
            throw ApiException.invalid(NAME, "'" + NAME + "' has no schema that is an object");
        }
        try {
            return Grammar.ofJsonSchema(Json.map(schema));
        } catch (GrammarException e) {
            throw ApiException.invalid(NAME, e.getMessage());
        }
    }
}
