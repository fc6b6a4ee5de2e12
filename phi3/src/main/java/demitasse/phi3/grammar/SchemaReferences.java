package demitasse.phi3.grammar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code $ref} inside of one document. */
final class SchemaReferences {
    private static final int MOST_STEPS = 100;

    private final Map<?, ?> document;

    SchemaReferences(Map<?, ?> document) {
        this.document = document;
    }

    /** A schema without {@code $ref} on top: what stands beside a reference holds too. */
    Object resolve(Object schema) {
        Object found = schema;
        for (int i = 0; found instanceof Map<?, ?> map && map.containsKey("$ref"); i++) {
            if (i == MOST_STEPS) {
                throw new GrammarException("JSON Schema: $ref '" + map.get("$ref") + "' leads to itself");
            }
            Map<?, ?> beside = Keywords.without(map, "$ref");
            Object target = target(Keywords.text(map, "$ref"));
            found = Keywords.constrainsAnything(beside) ? SchemaMerge.merge(beside, target) : target;
        }
        return found;
    }

    /** What a JSON pointer leads to. */
    private Object target(String reference) {
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw new GrammarException("JSON Schema: $ref '" + reference + "' is no path inside of the document");
        }
        Object node = document;
        String[] parts = reference.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            node = step(node, decoded(parts[i]).replace("~1", "/").replace("~0", "~"));
            if (node == null) {
                throw new GrammarException("JSON Schema: $ref '" + reference + "' leads nowhere");
            }
        }
        return node;
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // a percent sign that means itself
        }
    }

    private static Object step(Object node, String key) {
        return switch (node) {
            case Map<?, ?> map -> map.get(key);
            case List<?> list
            when key.matches("\\d{1,8}") && Integer.parseInt(key) < list.size() -> list.get(Integer.parseInt(key));
            default -> null;
        };
    }
}
