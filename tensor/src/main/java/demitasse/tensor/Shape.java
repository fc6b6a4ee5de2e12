package demitasse.tensor;

import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;

/** The checked shape of a matrix tensor. */
record Shape(int rows, int columns) {
    /** Far above all that is in use, and little enough for the pieces of a job and for activations. */
    private static final int MAX_ROWS = 1 << 22;

    private static final int MAX_COLUMNS = 1 << 20;

    /** @throws ModelLoadException if the tensor is no matrix, is empty, or its rows are not whole blocks */
    static Shape of(GgufTensor tensor) throws ModelLoadException {
        String subject = "tensor " + tensor.name();
        long rows = tensor.rows();
        long columns = tensor.columns();
        if (tensor.shape().length > 2 || rows < 1 || columns < 1 || rows > MAX_ROWS || columns > MAX_COLUMNS) {
            throw new ModelLoadException(
                    subject, "a matrix of usable shape", java.util.Arrays.toString(tensor.shape()));
        }
        if (columns % tensor.type().blockSize() != 0) {
            throw new ModelLoadException(
                    subject, "rows of whole blocks of " + tensor.type().blockSize(), "rows of " + columns);
        }
        return new Shape((int) rows, (int) columns);
    }
}
