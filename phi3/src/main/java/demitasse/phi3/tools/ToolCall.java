package demitasse.phi3.tools;

/**
 * A function that a model wants to be called.
 *
 * @param id what the answer refers to; may be empty
 * @param arguments a JSON object as text
 */
public record ToolCall(String id, String name, String arguments) {
    /** The arguments as maps, lists, strings, numbers, booleans and nulls; the text itself if it is no JSON object. */
    public Object argumentValues() {
        try {
            return JsonReader.object(arguments);
        } catch (JsonReader.Broken e) {
            return arguments;
        }
    }
}
