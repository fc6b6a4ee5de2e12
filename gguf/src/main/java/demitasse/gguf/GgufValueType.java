package demitasse.gguf;

/** Types of GGUF metadata values; {@link #javaType} is what {@link Metadata} holds for them. Source: gguf.h. */
public enum GgufValueType {
    UINT8(1, Short.class),
    INT8(1, Byte.class),
    UINT16(2, Integer.class),
    INT16(2, Short.class),
    UINT32(4, Long.class),
    INT32(4, Integer.class),
    FLOAT32(4, Float.class),
    BOOL(1, Boolean.class),
    STRING(8, String.class),
    ARRAY(12, GgufArray.class),
    UINT64(8, Long.class),
    INT64(8, Long.class),
    FLOAT64(8, Double.class);

    private final int bytes;
    private final Class<?> javaType;

    GgufValueType(int bytes, Class<?> javaType) {
        this.bytes = bytes;
        this.javaType = javaType;
    }

    /** Bytes in the file; for strings and arrays the least that they can take (their length fields). */
    int minimumBytes() {
        return bytes;
    }

    Class<?> javaType() {
        return javaType;
    }

    boolean isInteger() {
        return this != FLOAT32 && this != FLOAT64 && this != BOOL && this != STRING && this != ARRAY;
    }

    /** The name that llama.cpp prints. */
    public String label() {
        return switch (this) {
            case UINT8 -> "u8";
            case INT8 -> "i8";
            case UINT16 -> "u16";
            case INT16 -> "i16";
            case UINT32 -> "u32";
            case INT32 -> "i32";
            case FLOAT32 -> "f32";
            case BOOL -> "bool";
            case STRING -> "str";
            case ARRAY -> "arr";
            case UINT64 -> "u64";
            case INT64 -> "i64";
            case FLOAT64 -> "f64";
        };
    }

    static GgufValueType ofId(int id) {
        return id >= 0 && id < values().length ? values()[id] : null;
    }
}
