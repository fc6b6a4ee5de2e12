package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as the API speaks it: snake case, no nulls unless a record asks for them. */
final class Json {
    /** Far more than any request of ours needs; a body of brackets only would have a stack for each. */
    private static final int DEEPEST = 100;

    private static final int LONGEST_NUMBER = 200;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws ApiException 400 if the bytes are not one JSON document in UTF-8 */
    static JsonNode parse(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (JsonProcessingException e) {
            // Only the place: the parser's own message quotes the body, which may hold a customer's words.
            var place = e.getLocation();
            String where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
            throw new ApiException(
                    400, "invalid_request_error", null, "invalid_json", "the body is not valid JSON" + where);
        } catch (IOException e) {
            throw new ApiException(
                    400, "invalid_request_error", null, "invalid_json", "the body is not valid JSON in UTF-8");
        }
    }

    /** Those parts of an object that are there, each under its path ("timings/predicted_n"); without paths the object. */
    static Object parts(Object object, List<String> paths) {
        if (paths.isEmpty()) {
            return object;
        }
        JsonNode whole = MAPPER.valueToTree(object);
        ObjectNode parts = MAPPER.createObjectNode();
        for (String path : paths) {
            JsonNode part = whole;
            for (String name : path.split("/", -1)) {
                part = part.path(name);
            }
            if (!part.isMissingNode()) {
                parts.set(path, part);
            }
        }
        return parts;
    }

    static JsonNode array() {
        return MAPPER.createArrayNode();
    }

    static JsonNode array(JsonNode only) {
        return MAPPER.createArrayNode().add(only);
    }

    /** An object as maps in its own order, lists, strings, numbers, booleans and nulls. */
    static Map<String, Object> map(JsonNode object) {
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
