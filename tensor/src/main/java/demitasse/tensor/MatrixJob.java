package demitasse.tensor;

/** One multiplication, cut into pieces. Each calling thread has one and uses it again: nothing is allocated per token. */
final class MatrixJob implements Threads.Piece {
    /** A matrix that multiplies piece by piece. */
    interface Part {
        /** Computes the rows of one piece for all tokens of the job. */
        void multiplyPiece(int piece, MatrixJob job);
    }

    private static final ThreadLocal<MatrixJob> OF_THREAD = ThreadLocal.withInitial(MatrixJob::new);

    private Part matrix;
    private int pieces;
    private Threads threads;
    float[] x;
    /** Null where the product is of {@link #x}. */
    LevelInput input;

    int tokens;
    /** Null: nothing. */
    After after;

    float[] out;
    int outOffset;
    int outStride;

    private MatrixJob() {}

    /** As {@link Matrix#multiply}, in so many pieces. */
    static void run(
            Part matrix, int pieces, Activations x, float[] out, int outOffset, int outStride, Threads threads) {
        run(matrix, pieces, x, null, null, out, outOffset, outStride, threads);
    }

    /** The same with activations of 8 bits. */
    static void run(
            Part matrix,
            int pieces,
            Activations x,
            LevelInput input,
            float[] out,
            int outOffset,
            int outStride,
            Threads threads) {
        run(matrix, pieces, x, input, null, out, outOffset, outStride, threads);
    }

    static void run(
            Part matrix,
            int pieces,
            Activations x,
            After after,
            float[] out,
            int outOffset,
            int outStride,
            Threads threads) {
        run(matrix, pieces, x, null, after, out, outOffset, outStride, threads);
    }

    private static void run(
            Part matrix,
            int pieces,
            Activations x,
            LevelInput input,
            After after,
            float[] out,
            int outOffset,
            int outStride,
            Threads threads) {
        MatrixJob job = OF_THREAD.get();
        job.matrix = matrix;
        job.pieces = pieces;
        job.threads = threads;
        job.x = x.values();
        job.input = input;
        job.tokens = x.tokens();
        job.after = after;
        job.out = out;
        job.outOffset = outOffset;
        job.outStride = outStride;
        try {
            threads.run(threads.apart(pieces), job);
        } finally {
            job.matrix = null;
            job.threads = null;
            job.x = null;
            job.input = null;
            job.after = null;
            job.out = null;
        }
    }

    @Override
    public void run(int index) {
        int piece = threads.apart(index, pieces);
        if (piece < pieces) {
            matrix.multiplyPiece(piece, this);
        }
    }
}
