package demitasse.gguf;

import java.lang.foreign.MemorySegment;

/**
 * A tensor of a GGUF file: {@code shape[0]} is the length of a row (the fastest dimension), as in ggml.
 *
 * @param offset where its bytes start, from the beginning of the file
 * @param data its bytes, a read-only slice of the mapped file; valid until the file is closed
 */
public record GgufTensor(String name, GgmlType type, long[] shape, long offset, MemorySegment data) {
    /** Number of elements: the product of the shape; 1 for a scalar. */
    public long elements() {
        long n = 1;
        for (long d : shape) {
            n *= d;
        }
        return n;
    }

    /** Elements in a row. */
    public long columns() {
        return shape.length == 0 ? 1 : shape[0];
    }

    /** Rows: the product of all dimensions but the first. */
    public long rows() {
        long n = 1;
        for (int i = 1; i < shape.length; i++) {
            n *= shape[i];
        }
        return n;
    }

    /** Bytes in the file, without padding. */
    public long bytes() {
        return data.byteSize();
    }
}
