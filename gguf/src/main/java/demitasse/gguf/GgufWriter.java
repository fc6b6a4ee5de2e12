package demitasse.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF file of version 3: keys and tensors stand in the order in which they were added, and only one tensor's
 * data is asked for at a time, so a model need not fit into memory. Format: ggml's docs/gguf.md.
 */
public final class GgufWriter {

    /** Gives a tensor's bytes when the writer has come to them. */
    @FunctionalInterface
    public interface TensorData {
        /** Writes exactly the bytes of the tensor; the writer fails if there are more or fewer. */
        void writeTo(OutputStream out) throws IOException;
    }

    private record Entry(String name, GgmlType type, long[] shape, long bytes, TensorData data) {}

    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> tensors = new LinkedHashMap<>();

    /** Adds a key; {@code general.alignment} also sets the alignment of the file. */
    public GgufWriter put(String key, GgufValue value) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key needs a name");
        }
        if (key.equals(GgufReader.ALIGNMENT_KEY) && !isAlignment(value)) {
            throw new IllegalArgumentException(key + ": a u32 power of two below 2^31, not " + value);
        }
        if (metadata.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("key " + key + " a second time");
        }
        return this;
    }

    /** Adds all keys of another file. */
    public GgufWriter putAll(Metadata other) {
        other.asMap().forEach(this::put);
        return this;
    }

    /** @param shape the length of a row first, as in ggml; at most 4 dimensions */
    public GgufWriter tensor(String name, GgmlType type, long[] shape, TensorData data) {
        if (name.getBytes(StandardCharsets.UTF_8).length > GgufReader.MAX_TENSOR_NAME) {
            throw new IllegalArgumentException("tensor " + name + ": at most 63 bytes of name");
        }
        long elements = 1;
        for (long d : shape) {
            elements = Math.multiplyExact(elements, d);
        }
        long columns = shape.length == 0 ? 1 : shape[0];
        if (shape.length > GgufReader.MAX_DIMENSIONS || elements < 0 || columns % type.blockSize() != 0) {
            throw new IllegalArgumentException(
                    "tensor " + name + ": no shape for " + type + ": " + Arrays.toString(shape));
        }
        Entry entry = new Entry(name, type, shape.clone(), type.bytesFor(elements), data);
        if (tensors.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("tensor " + name + " a second time");
        }
        return this;
    }

    /** Bytes of all tensors, without padding. */
    public long dataBytes() {
        return tensors.values().stream().mapToLong(Entry::bytes).sum();
    }

    /**
     * Writes a temporary file beside {@code target} and renames it when it is whole: nobody sees half a file, and what
     * stood there stays when writing fails.
     */
    public void write(Path target) throws IOException {
        WholeFile.write(target, out -> write(new GgufOutput(out)));
    }

    private void write(GgufOutput out) throws IOException {
        int alignment = alignment();
        out.u32(GgufReader.MAGIC);
        out.u32(GgufReader.NEWEST_VERSION);
        out.u64(tensors.size());
        out.u64(metadata.size());
        for (Map.Entry<String, GgufValue> pair : metadata.entrySet()) {
            out.string(pair.getKey());
            out.u32(pair.getValue().type().ordinal());
            out.value(pair.getValue());
        }
        long offset = 0;
        for (Entry tensor : tensors.values()) {
            out.string(tensor.name());
            out.u32(tensor.shape().length);
            for (long d : tensor.shape()) {
                out.u64(d);
            }
            out.u32(tensor.type().id());
            out.u64(offset);
            offset = GgufReader.align(offset + tensor.bytes(), alignment);
        }
        List<Entry> entries = new ArrayList<>(tensors.values());
        for (Entry tensor : entries) {
            out.pad(alignment);
            out.tensor(tensor.name(), tensor.bytes(), tensor.data());
        }
        out.pad(entries.isEmpty() ? 1 : alignment);
    }

    private int alignment() {
        GgufValue value = metadata.get(GgufReader.ALIGNMENT_KEY);
        return value == null ? GgufReader.DEFAULT_ALIGNMENT : Math.toIntExact((Long) value.value());
    }

    static boolean isAlignment(GgufValue value) {
        return value.type() == GgufValueType.UINT32
                && Long.bitCount((Long) value.value()) == 1
                && (Long) value.value() <= Integer.MAX_VALUE;
    }
}
