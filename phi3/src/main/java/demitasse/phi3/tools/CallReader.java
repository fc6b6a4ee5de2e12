package demitasse.phi3.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Reads calls of known functions out of JSON: {@code {"name": ..., "arguments": {...}}}, or an array of such. */
final class CallReader {
    private static final Set<String> KEYS = Set.of("name", "arguments", "parameters", "function", "type", "id");

    private final Set<String> names;
    private final Supplier<String> ids;

    CallReader(Set<String> names, Supplier<String> ids) {
        this.names = names;
        this.ids = ids;
    }

    /** @param strict what stands in no marks is a call only if it looks like one throughout */
    List<ToolCall> read(JsonReader in, boolean strict) throws JsonReader.Broken {
        List<ToolCall> calls = new ArrayList<>();
        if (in.peek() != '[') {
            calls.add(one(in, strict, true));
            return calls;
        }
        in.expect('[');
        do {
            calls.add(one(in, strict, true));
        } while (in.skip(','));
        in.expect(']');
        return calls;
    }

    /** Arguments behind a name that has been read already. */
    ToolCall read(JsonReader in, String name) throws JsonReader.Broken {
        return call(in, name, arguments(in));
    }

    /** @param outer the call itself may stand in it, under {@code function} */
    private ToolCall one(JsonReader in, boolean strict, boolean outer) throws JsonReader.Broken {
        in.expect('{');
        String name = null;
        String arguments = null;
        ToolCall inner = null;
        boolean first = true;
        do {
            if (first && in.peek() == '}') {
                break;
            }
            first = false;
            String key = in.key();
            if (strict && !KEYS.contains(key)) {
                throw in.broken();
            }
            if (key.equals("arguments") || key.equals("parameters")) {
                arguments = arguments(in);
            } else if (outer && key.equals("function") && in.peek() == '{') {
                inner = one(in, strict, false);
            } else {
                Object value = in.value();
                name = key.equals("name") && value instanceof String text ? text : name;
            }
        } while (in.skip(','));
        in.expect('}');
        if (inner != null) {
            return inner;
        }
        if (arguments == null && strict) {
            throw in.broken();
        }
        return call(in, name, arguments == null ? "{}" : arguments);
    }

    private ToolCall call(JsonReader in, String name, String arguments) throws JsonReader.Broken {
        if (name == null || !names.contains(name)) {
            throw in.broken();
        }
        return new ToolCall(ids.get(), name, arguments);
    }

    /** An object as the model wrote it, or what a string of such an object holds. */
    private static String arguments(JsonReader in) throws JsonReader.Broken {
        in.skipSpace();
        int start = in.at();
        Object value = in.value();
        if (value instanceof Map) {
            return in.between(start, in.at());
        }
        if (value instanceof String text) {
            try {
                JsonReader.object(text);
                return text;
            } catch (JsonReader.Broken e) {
                throw in.broken(); // more text mends nothing inside a string that has ended
            }
        }
        throw in.broken();
    }
}
