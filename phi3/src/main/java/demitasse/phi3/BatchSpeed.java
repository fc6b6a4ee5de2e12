package demitasse.phi3;

/** What batches of this model have taken lately on this machine: how many rows of prompts fit into a time. */
final class BatchSpeed {
    /** Rows beside others before anything has been measured. */
    private static final int FIRST_ROWS = 16;

    /** Share of a new figure that is better than the known one. */
    private static final double SHARE = 0.25;

    /** Share of one that is worse: others must not wait, but a machine that was busy once is not slow. */
    private static final double WORSE_SHARE = 0.5;

    /** Nanoseconds of a batch of single tokens. */
    private double few;
    /** Nanoseconds of each row of a prompt on top of that. */
    private double perRow;

    private long last;

    /**
     * @param shortRows rows of sequences with few tokens each
     * @param promptRows rows of prompts
     */
    void measured(int shortRows, int promptRows, long nanos) {
        last = nanos;
        if (promptRows == 0) {
            few = few == 0 ? nanos : few + SHARE * (nanos - few);
        } else {
            // While there are prompts, single tokens are not seen alone: what they took when the machine was slower is
            // old.
            few = shortRows == 0 ? few : Math.min(few, nanos);
            double row = Math.max(0, nanos - (shortRows == 0 ? 0 : few)) / promptRows;
            if (perRow == 0) {
                perRow = row == 0 ? (double) nanos / (shortRows + promptRows) : row;
            } else {
                perRow += (row > perRow ? WORSE_SHARE : SHARE) * (row - perRow);
            }
        }
    }

    /** Nanoseconds of the last batch. */
    long last() {
        return last;
    }

    /** Rows of prompts, at least one, for a batch that has single tokens of others and shall take no longer than this. */
    int promptRows(long nanos) {
        if (perRow == 0) {
            // A row takes no longer than a batch of its own would.
            return few == 0 ? FIRST_ROWS : (int) Math.clamp((nanos - few) / few, 1, FIRST_ROWS);
        }
        return (int) Math.clamp((nanos - few) / perRow, 1, Decoder.MAX_BATCH);
    }
}
