package demitasse.phi3;

/**
 * How long drafts should be: longer while all is right, shorter where most is wrong, and none for a while where they
 * cost more than they bring.
 */
final class DraftPace {
    /** With the token before them drafts make batches of 2, 4, 6 and 12: the widths of the kernels. */
    private static final int[] LENGTHS = {1, 3, 5, Drafter.MOST};

    private static final int FIRST = 2;
    /**
     * What a drafted token is taken to add to a step, in tokens evaluated alone. Measured: 0.36 with a model of 135M
     * parameters, which is bound by arithmetic.
     */
    private static final double COST = 0.2;
    /** Tokens that may be lost before drafting rests. */
    private static final double LOSS = 2;
    /** Tokens that are gained before earlier losses are forgotten. */
    private static final double GAIN = 4;

    private static final int SHORTEST_REST = 8;
    private static final int LONGEST_REST = 128;

    private int level = FIRST;
    private double balance;
    private int rest = SHORTEST_REST;
    private int resting;

    /** Length of the next draft, 0 while drafting rests. */
    int next() {
        if (resting > 0) {
            resting--;
            return 0;
        }
        return LENGTHS[level];
    }

    void checked(int drafted, int accepted) {
        if (accepted == drafted) {
            level = Math.min(level + 1, LENGTHS.length - 1);
        } else if (2 * accepted < drafted) {
            level = Math.max(level - 1, 0);
        }
        balance = Math.min(balance + accepted - COST * drafted, GAIN);
        if (balance == GAIN) {
            rest = SHORTEST_REST;
        } else if (balance < -LOSS) {
            resting = rest;
            rest = Math.min(2 * rest, LONGEST_REST);
            // The next attempt shows at once whether it is worth it again.
            balance = COST - LOSS;
        }
    }
}
