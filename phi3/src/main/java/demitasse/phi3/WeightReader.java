package demitasse.phi3;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.Blocks;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.PanelFile;
import demitasse.tensor.Threads;
import java.util.Arrays;

/**
 * Takes tensors from a file by name, of exactly the shape that the caller expects.
 *
 * @param panels matrices that were packed before, or null
 */
record WeightReader(GgufFile file, PanelFile panels, boolean exact, Threads threads) {
    boolean has(String name) {
        return file.tensor(name).isPresent();
    }

    Matrix matrix(String name, int rows, int columns) throws ModelLoadException {
        GgufTensor tensor = require(name, columns, rows);
        Matrix packed = panels == null ? null : panels.matrix(tensor);
        return packed != null ? packed : Matrices.load(tensor, exact, threads);
    }

    /** A matrix of which only rows are looked up: left in the mapped file, not repacked. */
    Matrix table(String name, int rows, int columns) throws ModelLoadException {
        return Matrices.load(require(name, columns, rows), true, threads);
    }

    float[] vector(String name, int length) throws ModelLoadException {
        return Blocks.dequantize(require(name, length));
    }

    /** The vector, or null where the file has none. */
    float[] optionalVector(String name, int length) throws ModelLoadException {
        return has(name) ? vector(name, length) : null;
    }

    private GgufTensor require(String name, long... shape) throws ModelLoadException {
        GgufTensor tensor = file.requireTensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelLoadException(
                    "tensor " + name, "shape " + Arrays.toString(shape), "shape " + Arrays.toString(tensor.shape()));
        }
        return tensor;
    }
}
