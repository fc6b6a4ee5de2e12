package demitasse.gguf;

/**
 * A metadata value with the type that the file gave it; unsigned integers are widened, u64 keeps its bits.
 *
 * @param value of the class that {@code type} says: Short for u8 and i16, Byte for i8, Integer for u16 and i32, Long
 *     for u32, u64 and i64, Float, Double, Boolean, String or {@link GgufArray}
 */
public record GgufValue(GgufValueType type, Object value) {
    private static final long U32_MAX = 0xffff_ffffL;

    public GgufValue {
        if (!type.javaType().isInstance(value)) {
            throw new IllegalArgumentException(type.label() + " is held as "
                    + type.javaType().getSimpleName() + ", not "
                    + (value == null ? "null" : value.getClass().getSimpleName()));
        }
    }

    public static GgufValue u32(long value) {
        if (value < 0 || value > U32_MAX) {
            throw new IllegalArgumentException("u32: 0 to 2^32 - 1, not " + value);
        }
        return new GgufValue(GgufValueType.UINT32, value);
    }

    public static GgufValue f32(float value) {
        return new GgufValue(GgufValueType.FLOAT32, value);
    }

    public static GgufValue bool(boolean value) {
        return new GgufValue(GgufValueType.BOOL, value);
    }

    public static GgufValue string(String value) {
        return new GgufValue(GgufValueType.STRING, value);
    }

    public static GgufValue strings(String... values) {
        return new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.STRING, values.clone()));
    }

    @Override
    public String toString() {
        return value instanceof GgufArray array
                ? "arr[" + array.type().label() + "," + array.length() + "]"
                : String.valueOf(value);
    }
}
