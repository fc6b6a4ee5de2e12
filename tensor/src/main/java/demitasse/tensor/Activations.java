package demitasse.tensor;

/**
 * The input of one or several matrix multiplications: {@code tokens} rows of {@code columns} floats, row-major. Holds
 * the scratch for the forms that kernels derive from it, so it is made once per session and reused. Fill {@link
 * #values}, then call {@link #ready}. Not safe for use by several threads at once.
 */
public final class Activations {
    /** Up to here the calling thread quantises alone: it takes microseconds, and nothing is allocated. */
    private static final int SERIAL_TOKENS = 8;

    private final int columns;
    private final int capacity;
    private final float[] values;
    private final PanelJob panelJob = new PanelJob();
    private PanelInput panelInput;
    private boolean panelInputReady;
    private int tokens;
    private int like;

    /** @param capacity the most tokens that it will hold */
    public Activations(int columns, int capacity) {
        this.columns = columns;
        this.capacity = capacity;
        this.values = new float[Math.multiplyExact(columns, capacity)];
    }

    public int columns() {
        return columns;
    }

    public int capacity() {
        return capacity;
    }

    public int tokens() {
        return tokens;
    }

    /** [capacity][columns]; write here, then call {@link #ready}. */
    public float[] values() {
        return values;
    }

    /** Says that the first {@code tokens} rows of {@link #values} are new: derived forms are made again on demand. */
    public void ready(int tokens) {
        ready(tokens, tokens);
    }

    /**
     * As {@link #ready(int)}, but weights are unpacked where {@code like} tokens want that: the kernels that a batch of so many
     * has just used are compiled, others may not be. Results are the same.
     *
     * @param like at least {@code tokens}
     */
    public void ready(int tokens, int like) {
        if (tokens < 1 || like < tokens || like > capacity) {
            throw new IllegalArgumentException("tokens: 1 to " + capacity + ", not " + tokens + " (like " + like + ")");
        }
        this.tokens = tokens;
        this.like = like;
        panelInputReady = false;
    }

    int like() {
        return like;
    }

    /**
     * The values in 8 bits, as panels want them; made at the first call after {@link #ready}, and again where {@code whole}
     * changes.
     *
     * @param whole see {@link PanelInput#begin}
     */
    PanelInput panelInput(boolean whole, Threads threads) {
        if (!panelInputReady || panelInput.whole() != whole) {
            if (panelInput == null) {
                panelInput = new PanelInput(columns, capacity);
            }
            PanelInput input = panelInput;
            input.begin(tokens, whole);
            if (tokens <= SERIAL_TOKENS) {
                for (int t = 0; t < tokens; t++) {
                    input.quantize(values, t);
                }
            } else {
                threads.run(tokens, (int t) -> input.quantize(values, t));
            }
            panelInputReady = true;
        }
        return panelInput;
    }

    PanelJob panelJob() {
        return panelJob;
    }
}
