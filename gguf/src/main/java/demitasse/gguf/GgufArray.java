package demitasse.gguf;

import java.lang.reflect.Array;

/**
 * An array value.
 *
 * @param type of the elements; never {@link GgufValueType#ARRAY}
 * @param values {@code String[]}, {@code float[]}, {@code double[]}, {@code boolean[]}, {@code byte[]} (8 bits),
 *     {@code short[]} (16), {@code int[]} (32) or {@code long[]} (64); unsigned types keep their bits
 */
public record GgufArray(GgufValueType type, Object values) {
    public int length() {
        return Array.getLength(values);
    }
}
