package demitasse.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import demitasse.gguf.FileFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A JSON object of the folder, or a part of one. Getters take several names for the same thing, take null for nothing
 * and name the file, the field, what was expected and what is there when they fail.
 *
 * @param name for messages: the file, and where in it
 */
record JsonFile(String name, JsonNode root) {
    private static final long MAX_BYTES = 1L << 29;
    private static final int SHOWN = 60;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Reads a file that holds an object; a file that is not there is an empty object. */
    static JsonFile read(Path path) throws IOException {
        JsonNode root = tree(path);
        if (!root.isObject()) {
            throw new FileFormatException(path, 0, "JSON", "an object", kind(root));
        }
        return new JsonFile(String.valueOf(path.getFileName()), root);
    }

    /** A file's document of any kind; an empty object where there is no file. */
    static JsonNode tree(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new FileFormatException(path, 0, "size", "at most " + MAX_BYTES + " bytes", "" + Files.size(path));
        }
        try {
            return MAPPER.readTree(Files.readAllBytes(path));
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw new FileFormatException(path, at, "JSON", "a document with each name once", e.getOriginalMessage());
        }
    }

    /** A part that may be missing, then it is empty. */
    JsonFile object(String field) throws ModelLoadException {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return new JsonFile(name + ", " + field, JsonNodeFactory.instance.objectNode());
        }
        if (!node.isObject()) {
            throw wrong(field, "an object", node);
        }
        return new JsonFile(name + ", " + field, node);
    }

    boolean has(String field) {
        return !root.path(field).isMissingNode() && !root.path(field).isNull();
    }

    Optional<Integer> integer(String... fields) throws ModelLoadException {
        Optional<String> field = first(fields);
        if (field.isEmpty()) {
            return Optional.empty();
        }
        JsonNode node = root.get(field.get());
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(field.get(), "an integer below 2^31", node);
        }
        return Optional.of(node.intValue());
    }

    int positive(String... fields) throws ModelLoadException {
        int value = integer(fields).orElseThrow(() -> missing(fields, "a positive integer"));
        if (value < 1) {
            throw wrong(
                    first(fields).orElseThrow(),
                    "a positive integer",
                    root.get(first(fields).orElseThrow()));
        }
        return value;
    }

    Optional<Double> real(String... fields) throws ModelLoadException {
        Optional<String> field = first(fields);
        if (field.isEmpty()) {
            return Optional.empty();
        }
        JsonNode node = root.get(field.get());
        if (!node.isNumber() || !Float.isFinite((float) node.doubleValue())) {
            throw wrong(field.get(), "a number", node);
        }
        return Optional.of(node.doubleValue());
    }

    float[] reals(String field) throws ModelLoadException {
        JsonNode node = root.path(field);
        if (!node.isArray()) {
            throw wrong(field, "an array of numbers", node);
        }
        float[] values = new float[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) node.get(i).doubleValue();
            if (!node.get(i).isNumber() || !Float.isFinite(values[i])) {
                throw wrong(field, "an array of numbers", node.get(i));
            }
        }
        return values;
    }

    Optional<String> text(String... fields) throws ModelLoadException {
        Optional<String> field = first(fields);
        if (field.isEmpty()) {
            return Optional.empty();
        }
        JsonNode node = root.get(field.get());
        if (!node.isTextual()) {
            throw wrong(field.get(), "a string", node);
        }
        return Optional.of(node.textValue());
    }

    ModelLoadException missing(String[] fields, String expected) {
        return new ModelLoadException(
                name + ": " + (fields.length == 1 ? fields[0] : Arrays.toString(fields)), expected, "nothing");
    }

    ModelLoadException wrong(String field, String expected, JsonNode actual) {
        String text = actual.isMissingNode() ? "nothing" : actual.toString();
        return new ModelLoadException(
                name + ": " + field, expected, text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text);
    }

    private Optional<String> first(String... fields) {
        return Arrays.stream(fields).filter(this::has).findFirst();
    }

    private static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
