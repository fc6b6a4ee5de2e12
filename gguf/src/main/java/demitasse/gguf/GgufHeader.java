package demitasse.gguf;

import java.util.List;

/** Everything of a GGUF file that stands before its data. */
record GgufHeader(int version, int alignment, Metadata metadata, List<TensorInfo> tensors, long dataStart) {
    /** @param offset of the data, relative to {@link GgufHeader#dataStart} */
    record TensorInfo(String name, GgmlType type, long[] shape, long offset, long bytes) {}
}
