package demitasse.phi3;

import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;

/** The keys of one architecture, by their names without the prefix; errors give the whole name. */
record Keys(Metadata metadata, String prefix) {
    String name(String key) {
        return prefix + "." + key;
    }

    boolean has(String key) {
        return metadata.contains(name(key));
    }

    int positive(String key) throws ModelLoadException {
        return positive(key, Integer.MAX_VALUE);
    }

    int positive(String key, int most) throws ModelLoadException {
        return positive(key, metadata.requireInteger(name(key)), most);
    }

    int positive(String key, int otherwise, int most) throws ModelLoadException {
        int value = metadata.integer(name(key), otherwise);
        if (value < 1) {
            throw wrong(key, "a positive integer", value);
        }
        if (value > most) {
            throw wrong(key, "at most " + most, value);
        }
        return value;
    }

    float positiveReal(String key, float otherwise) throws ModelLoadException {
        float value = metadata.real(name(key), otherwise);
        if (!(value > 0) || Float.isInfinite(value)) {
            throw wrong(key, "a positive number", value);
        }
        return value;
    }

    ModelLoadException wrong(String key, String expected, Object actual) {
        return new ModelLoadException("key " + name(key), expected, String.valueOf(actual));
    }
}
