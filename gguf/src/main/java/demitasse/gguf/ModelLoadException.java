package demitasse.gguf;

import java.io.IOException;

/** A sound GGUF file from which no model can be made: names the key or tensor, what was expected and what is there. */
public final class ModelLoadException extends IOException {
    private static final long serialVersionUID = 1L;

    public ModelLoadException(String subject, String expected, String actual) {
        super(Shown.of(subject) + ": expected " + expected + ", found " + Shown.of(actual));
    }
}
