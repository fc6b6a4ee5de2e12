package demitasse.bertembed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A BERT sentence encoder. Safe for use by several threads (calls take turns). */
public final class Embedding implements AutoCloseable {
    /**
     * @param vector of length 1
     * @param tokens that were read, special tokens included
     * @param truncated true if the text was longer than the model's window and its end was not read
     */
    public record Result(float[] vector, int tokens, boolean truncated) {}

    private Embedding() {}

    /** As {@link #load(Path, int, boolean)} on all processors, with the fast kernels. */
    public static Embedding load(Path file) throws IOException {
        return load(file, Runtime.getRuntime().availableProcessors(), false);
    }

    /** @param exact float arithmetic on the weights as they are in the file: the reference */
    public static Embedding load(Path file, int threads, boolean exact) throws IOException {
        throw new IOException("not yet");
    }

    public String name() {
        throw new UnsupportedOperationException();
    }

    public int dimensions() {
        throw new UnsupportedOperationException();
    }

    public List<Result> embed(List<String> texts) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
