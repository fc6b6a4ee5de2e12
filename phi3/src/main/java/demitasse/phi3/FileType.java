package demitasse.phi3;

import demitasse.gguf.GgmlType;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a whole model file is quantised to: a block type for most matrices, and {@link TensorMix} says which get
 * another one. Source: llama.h, llama_ftype.
 */
public enum FileType {
    F32(0, GgmlType.F32),
    F16(1, GgmlType.F16),
    BF16(32, GgmlType.BF16),
    Q8_0(7, GgmlType.Q8_0),
    Q4_0(2, GgmlType.Q4_0),
    Q4_1(3, GgmlType.Q4_1),
    Q5_0(8, GgmlType.Q5_0),
    Q5_1(9, GgmlType.Q5_1),
    Q2_K(10, GgmlType.Q2_K),
    Q3_K_S(11, GgmlType.Q3_K),
    Q3_K_M(12, GgmlType.Q3_K),
    Q3_K_L(13, GgmlType.Q3_K),
    Q4_K_S(14, GgmlType.Q4_K),
    Q4_K_M(15, GgmlType.Q4_K),
    Q5_K_S(16, GgmlType.Q5_K),
    Q5_K_M(17, GgmlType.Q5_K),
    Q6_K(18, GgmlType.Q6_K),
    IQ4_NL(25, GgmlType.IQ4_NL),
    IQ4_XS(30, GgmlType.IQ4_XS);

    private final int id;
    private final GgmlType plain;

    FileType(int id, GgmlType plain) {
        this.id = id;
        this.plain = plain;
    }

    /** The value of the key {@code general.file_type}. */
    public int id() {
        return id;
    }

    /** The type of most matrices. */
    public GgmlType plain() {
        return plain;
    }

    /** By name in any case; Q3_K, Q4_K and Q5_K mean the medium mix, as for llama-quantize. */
    public static Optional<FileType> named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.name().equalsIgnoreCase(name)
                        || type.name().endsWith("_M") && type.name().equalsIgnoreCase(name + "_M"))
                .findFirst();
    }
}
