package demitasse.tensor;

import demitasse.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;

/** What every model holds while it is in use: its file and the threads that compute. */
public record ModelParts(GgufFile file, Threads threads) implements AutoCloseable {
    /** Makes a model of its parts, which are the model's to close unless this fails. */
    @FunctionalInterface
    public interface Maker<M> {
        M make(ModelParts parts) throws IOException;
    }

    /**
     * Opens a file and makes a model from it; if that fails, all is closed again.
     *
     * @param inPlace whether the model reads its weights from the file's pages later on; else they are let go
     * @throws demitasse.gguf.GgufFormatException if it is not a whole GGUF file
     * @throws demitasse.gguf.ModelFileChangedException if pages of the file were missing
     */
    public static <M> M load(Path path, int threads, boolean inPlace, Maker<M> maker) throws IOException {
        Threads pool = new Threads(threads);
        GgufFile file = null;
        M model = null;
        try {
            file = GgufFile.open(path);
            M made = maker.make(new ModelParts(file, pool));
            file.requireUnchanged();
            if (!inPlace) {
                file.letPagesGo();
            }
            model = made;
            return model;
        } catch (InternalError e) {
            if (file == null) {
                throw e;
            }
            throw file.changed(e);
        } finally {
            if (model == null) {
                pool.close();
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /** Ends the threads and unmaps the file. */
    @Override
    public void close() {
        threads.close();
        file.close();
    }
}
