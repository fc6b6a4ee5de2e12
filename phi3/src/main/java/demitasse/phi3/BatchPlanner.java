package demitasse.phi3;

import java.util.List;

/**
 * Chooses what the next batch computes. Sequences that want a few tokens come first: somebody reads them as they come.
 * Prompts share what is left, the one that was served longest ago first; beside others they get no more rows than keep
 * the batch short.
 */
final class BatchPlanner {
    /** Pages for the tokens up to {@code to}. */
    interface Room {
        /** Whether there is room; false: not now, or the sequence's request has failed. */
        boolean make(Sequence sequence, int to);
    }

    /** Up to so many tokens are a step of generation, with the longest draft to be verified, not a prompt. */
    static final int SHORT = 1 + Drafter.MOST;

    /** How long a batch with prompts may hold up others' tokens: 250 ms with what measuring gets wrong. */
    static final long MOST_NANOS = 200_000_000;

    /** Rows of logits that a prompt may ask for beside others, whose copies they would crowd out. */
    private static final int LOGIT_ROWS = 32;

    private final int mostRows;
    private final int vocabulary;
    private final BatchSpeed speed;
    private final Room room;
    private long served;
    private int shortRows;

    /** @param mostRows of a batch: at least {@link #SHORT} */
    BatchPlanner(int mostRows, int vocabulary, BatchSpeed speed, Room room) {
        this.mostRows = mostRows;
        this.vocabulary = vocabulary;
        this.speed = speed;
        this.room = room;
    }

    /**
     * @param waiting in the order of arrival
     * @param othersGenerate whether a sequence that does not wait will soon
     */
    void plan(List<Sequence> waiting, boolean othersGenerate, Batch batch) {
        batch.clear();
        served++;
        boolean shorts = false;
        for (int i = 0; i < waiting.size(); i++) {
            Sequence sequence = waiting.get(i);
            int tokens = sequence.remaining();
            if (tokens <= SHORT) {
                shorts = true;
                if (batch.rows() + tokens <= mostRows) {
                    add(sequence, tokens, batch);
                }
            }
        }
        shortRows = batch.rows();
        boolean beside = othersGenerate || shorts;
        int left = mostRows - shortRows;
        left = beside ? Math.min(left, speed.promptRows(MOST_NANOS)) : left;
        long now = served;
        for (Sequence next = next(waiting, now); left > 0 && next != null; next = next(waiting, now)) {
            int most = next.wantsMany() && (beside || waiting.size() > 1) ? Math.min(left, LOGIT_ROWS) : left;
            int tokens = Math.min(most, next.remaining());
            left -= add(next, tokens, batch) ? tokens : 0;
        }
    }

    /** The prompt that was served longest ago and has not been looked at for this batch. */
    private static Sequence next(List<Sequence> waiting, long now) {
        Sequence best = null;
        for (int i = 0; i < waiting.size(); i++) {
            Sequence s = waiting.get(i);
            if (s.remaining() > SHORT && s.served < now && s.waiting && (best == null || s.served < best.served)) {
                best = s;
            }
        }
        return best;
    }

    private boolean add(Sequence sequence, int tokens, Batch batch) {
        sequence.served = served;
        sequence.inBatch = true;
        if (!room.make(sequence, sequence.filled + tokens)) {
            sequence.inBatch = false;
            return false;
        }
        sequence.take(tokens, vocabulary);
        batch.add(sequence);
        return true;
    }

    /** Rows of the batch that are not of prompts. */
    int shortRows() {
        return shortRows;
    }
}
