package demitasse.gguf;

/** A metadata value with the type that the file gave it; unsigned integers are widened, u64 keeps its bits. */
public record GgufValue(GgufValueType type, Object value) {
    @Override
    public String toString() {
        return value instanceof GgufArray array
                ? "arr[" + array.type().label() + "," + array.length() + "]"
                : String.valueOf(value);
    }
}
