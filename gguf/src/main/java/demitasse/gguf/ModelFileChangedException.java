package demitasse.gguf;

import java.nio.file.Path;

/** A model file that was shortened, or cannot be read any more, while the model is in use: the model must be closed. */
public final class ModelFileChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelFileChangedException(Path file, String what, Throwable cause) {
        super(file + ": the file was changed while the model was in use: " + what, cause);
    }
}
