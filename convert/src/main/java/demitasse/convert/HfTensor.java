package demitasse.convert;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A tensor of a safetensors file.
 *
 * @param dtype as the file names it: F32, BF16, I64 ...
 * @param shape the length of a row last, as in PyTorch
 * @param offset of its bytes, from the beginning of the file
 * @param data its bytes, row after row; valid until the file is closed
 */
record HfTensor(Path file, String name, String dtype, long[] shape, long offset, MemorySegment data) {
    /** The shape in GGUF's order: the length of a row first. */
    long[] ggufShape() {
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }

    String shapeText() {
        return Arrays.toString(shape);
    }
}
