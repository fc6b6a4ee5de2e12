package demitasse.bertembed;

import demitasse.gguf.ModelLoadException;

/** How the vectors of a text's tokens become one. Numbers: llama.h, enum llama_pooling_type. */
enum Pooling {
    MEAN(1),
    /** The first token's, [CLS]. */
    CLS(2),
    LAST(3);

    private final int id;

    Pooling(int id) {
        this.id = id;
    }

    static Pooling of(int id) throws ModelLoadException {
        for (Pooling pooling : values()) {
            if (pooling.id == id) {
                return pooling;
            }
        }
        throw new ModelLoadException("key bert.pooling_type", "1 (mean), 2 (CLS) or 3 (last)", "" + id);
    }
}
