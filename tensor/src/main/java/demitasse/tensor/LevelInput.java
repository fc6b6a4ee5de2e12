package demitasse.tensor;

/** The activations of a {@link PanelInput} as {@link LevelMatrix} wants them: token by token. */
final class LevelInput {
    /** [token][columns / 2]: two columns as shorts. */
    int[] pairs = {};

    /** [token][columns]: the same as floats; only for more than {@link LevelKernels#FEW} tokens. */
    float[] floats = {};

    /** [token][columns / 32]. */
    float[] scales = {};

    private boolean ready;

    void clear() {
        ready = false;
    }

    /** Made at the first call after {@link #clear}; not for use by several threads at once. */
    LevelInput of(PanelInput in, int columns) {
        if (ready) {
            return this;
        }
        int tokens = in.tokens();
        int subs = columns / PanelFormat.SUB;
        if (pairs.length < tokens * columns / 2) {
            pairs = new int[tokens * columns / 2];
            scales = new float[tokens * subs];
        }
        boolean many = tokens > LevelKernels.FEW;
        if (many && floats.length < tokens * columns) {
            floats = new float[tokens * columns];
        }
        for (int token = 0; token < tokens; token++) {
            copy(in, token, columns, subs);
            if (many) {
                widen(token * columns, (token + 1) * columns);
            }
        }
        ready = true;
        return this;
    }

    private void copy(PanelInput in, int token, int columns, int subs) {
        int width = in.width();
        int first = token / PanelInput.TOKENS * PanelInput.TOKENS;
        int from = in.pairsAt(first, 0) + token - first;
        for (int i = token * columns / 2; i < (token + 1) * columns / 2; i++) {
            pairs[i] = in.pairs[from];
            from += width;
        }
        for (int sub = 0; sub < subs; sub++) {
            scales[token * subs + sub] = in.scales[in.scalesAt(first, sub) + token - first];
        }
    }

    private void widen(int from, int to) {
        for (int i = from; i < to; i += 2) {
            int pair = pairs[i / 2];
            floats[i] = (short) pair;
            floats[i + 1] = pair >> Short.SIZE;
        }
    }
}
