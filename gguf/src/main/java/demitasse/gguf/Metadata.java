package demitasse.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The key-value part of a GGUF file. Getters name the key, what was expected and what is there when they fail. */
public final class Metadata {
    private final Map<String, GgufValue> values;

    public Metadata(Map<String, GgufValue> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** All values in file order. */
    public Map<String, GgufValue> asMap() {
        return values;
    }

    public boolean contains(String key) {
        return values.containsKey(key);
    }

    public Optional<String> string(String key) throws ModelLoadException {
        GgufValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value.value() instanceof String text) {
            return Optional.of(text);
        }
        throw wrong(key, "a string", value);
    }

    public String requireString(String key) throws ModelLoadException {
        return string(key).orElseThrow(() -> missing(key, "a string"));
    }

    public boolean bool(String key, boolean otherwise) throws ModelLoadException {
        GgufValue value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value.value() instanceof Boolean b) {
            return b;
        }
        throw wrong(key, "a bool", value);
    }

    /** An integer of any width that fits into an int. */
    public int integer(String key, int otherwise) throws ModelLoadException {
        GgufValue value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.type().isInteger()) {
            throw wrong(key, "an integer", value);
        }
        long wide = ((Number) value.value()).longValue();
        if (wide != (int) wide) {
            throw wrong(key, "an integer below 2^31", value);
        }
        return (int) wide;
    }

    public int requireInteger(String key) throws ModelLoadException {
        if (!values.containsKey(key)) {
            throw missing(key, "an integer");
        }
        return integer(key, 0);
    }

    public float real(String key, float otherwise) throws ModelLoadException {
        GgufValue value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value.value() instanceof Float || value.value() instanceof Double) {
            return ((Number) value.value()).floatValue();
        }
        throw wrong(key, "a float", value);
    }

    public float requireReal(String key) throws ModelLoadException {
        if (!values.containsKey(key)) {
            throw missing(key, "a float");
        }
        return real(key, 0);
    }

    public Optional<String[]> strings(String key) throws ModelLoadException {
        return array(key, String[].class, "an array of strings");
    }

    public Optional<float[]> reals(String key) throws ModelLoadException {
        return array(key, float[].class, "an array of f32");
    }

    /** An array of i32 or u32. */
    public Optional<int[]> integers(String key) throws ModelLoadException {
        return array(key, int[].class, "an array of 32-bit integers");
    }

    private <T> Optional<T> array(String key, Class<T> kind, String expected) throws ModelLoadException {
        GgufValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value.value() instanceof GgufArray array && kind.isInstance(array.values())) {
            return Optional.of(kind.cast(array.values()));
        }
        throw wrong(key, expected, value);
    }

    private static ModelLoadException missing(String key, String expected) {
        return new ModelLoadException("key " + key, expected, "nothing");
    }

    private static ModelLoadException wrong(String key, String expected, GgufValue value) {
        return new ModelLoadException("key " + key, expected, value.type().label() + " " + value);
    }
}
