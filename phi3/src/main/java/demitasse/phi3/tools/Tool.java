package demitasse.phi3.tools;

import java.util.Map;

/**
 * A function that a model may ask for.
 *
 * @param definition as templates see it, OpenAI's {@code {"type": "function", "function": {"name", "description",
 *     "parameters"}}}: maps, lists, strings, numbers, booleans and nulls
 */
public record Tool(String name, Map<String, ?> definition) {
    /** The JSON Schema of the arguments; that of any object where there is none. */
    Map<?, ?> parameters() {
        return definition.get("function") instanceof Map<?, ?> function
                        && function.get("parameters") instanceof Map<?, ?> parameters
                ? parameters
                : Map.of("type", "object");
    }
}
