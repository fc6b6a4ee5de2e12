package demitasse.tensor;

/** One multiplication's pieces. Kept by {@link Activations} and used again, so that nothing is allocated a token. */
final class PanelJob implements Threads.WorkerPiece {
    private PanelMatrix matrix;
    private PanelInput input;
    private float[] out;
    private int outOffset;
    private int outStride;
    private int panelsPerPiece;
    private Threads threads;

    void run(
            PanelMatrix matrix,
            PanelInput input,
            float[] out,
            int outOffset,
            int outStride,
            int panelsPerPiece,
            Threads threads) {
        this.matrix = matrix;
        this.input = input;
        this.out = out;
        this.outOffset = outOffset;
        this.outStride = outStride;
        this.panelsPerPiece = panelsPerPiece;
        this.threads = threads;
        try {
            threads.run(Math.ceilDiv(matrix.panels(), panelsPerPiece), this);
        } finally {
            this.matrix = null;
            this.input = null;
            this.out = null;
            this.threads = null;
        }
    }

    @Override
    public void run(int index, int worker) {
        PanelScratch scratch = threads.scratch(worker);
        int from = index * panelsPerPiece;
        int to = Math.min(matrix.panels(), from + panelsPerPiece);
        if (input.whole()) {
            matrix.multiplyMany(from, to, input, scratch, out, outOffset, outStride);
        } else {
            matrix.multiplyFew(from, to, input, scratch, out, outOffset, outStride);
        }
    }
}
