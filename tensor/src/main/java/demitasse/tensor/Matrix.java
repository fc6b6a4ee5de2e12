package demitasse.tensor;

import demitasse.gguf.GgmlType;

/**
 * A weight matrix W of shape [rows][columns], held in whatever layout its kernels like best. Built by {@link
 * Matrices#load}, which may repack; nothing refers to the GGUF file afterwards unless the implementation says so.
 * Immutable, safe for use by several threads.
 */
public interface Matrix {
    int rows();

    int columns();

    /** The type that the weights had in the file. */
    GgmlType type();

    /** Bytes that this matrix keeps resident. */
    long bytes();

    /**
     * For each of the tokens in {@code x}: {@code out[outOffset + t * outStride + r] = sum over k of W[r][k] x[t][k]}.
     * Called from one thread; the work is spread over {@code threads}.
     *
     * @param x activations with {@link #columns} columns; quantised forms that kernels want are cached inside it, so
     *     that matrices sharing an input share that work
     */
    void multiply(Activations x, float[] out, int outOffset, int outStride, Threads threads);

    /** As {@link #multiply(Activations, float[], int, int, Threads)}, and what follows. */
    default void multiply(Activations x, After after, float[] out, int outOffset, int outStride, Threads threads) {
        multiply(x, out, outOffset, outStride, threads);
        threads.run(x.tokens(), (int t) -> {
            Ops.add(out, outOffset + t * outStride, after.bias(), 0, rows());
            after.finish(out, outOffset + t * outStride, rows());
        });
    }

    /** Writes row {@code row} as floats (the embedding of a token): {@code out[outOffset .. + columns]}. */
    void dequantizeRow(int row, float[] out, int outOffset);
}
