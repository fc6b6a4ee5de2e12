package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
            return Grammar.ofJsonSchema(map(schema));
        } catch (GrammarException e) {
            throw ApiException.invalid(NAME, e.getMessage());
        }
    }

    private static Map<String, Object> map(JsonNode object) {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
        return map;
    }

    private static Object plain(JsonNode node) {
        if (node.isObject()) {
            return map(node);
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNumber() ? node.numberValue() : null;
    }
}
