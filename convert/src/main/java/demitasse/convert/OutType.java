package demitasse.convert;

import demitasse.gguf.GgmlType;
import java.util.Arrays;
import java.util.Optional;

/** What the matrices of a converted model are written as; vectors and norms stay F32. Source: llama.h, llama_ftype. */
public enum OutType {
    F32(0, GgmlType.F32),
    F16(1, GgmlType.F16),
    BF16(32, GgmlType.BF16),
    Q8_0(7, GgmlType.Q8_0);

    private final int id;
    private final GgmlType type;

    OutType(int id, GgmlType type) {
        this.id = id;
        this.type = type;
    }

    /** The value of the key {@code general.file_type}. */
    int id() {
        return id;
    }

    /** The type of rows of so many elements: those that Q8_0 cannot cut into blocks are F16, as in llama.cpp. */
    GgmlType forRows(long columns) {
        return columns % type.blockSize() == 0 ? type : GgmlType.F16;
    }

    /** By name in any case. */
    public static Optional<OutType> named(String name) {
        return Arrays.stream(values())
                .filter(t -> t.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
