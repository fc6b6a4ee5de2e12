package demitasse.bertembed;

import demitasse.tensor.Threads;
import java.util.List;

/**
 * Encodes texts on all threads. Many texts are shared out, so that each thread takes its own through the whole network
 * and nobody waits for another but once; few texts are worked on by all threads together. Not safe for several callers.
 */
final class BertEncoder {
    /** Tokens of a batch. */
    static final int BATCH_TOKENS = 512;

    /** Tokens that one thread takes at a time, about: enough that unpacking weights costs little beside using them. */
    private static final int SHARE_TOKENS = 128;

    /** With fewer tokens for each thread all work on the same ones. */
    private static final int LEAST_SHARE = 32;

    private final BertConfig config;
    private final Threads threads;
    private final int capacity;
    private final BertPass together;
    /** Of each thread. */
    private final BertPass[] alone;

    /** @param longest the most tokens that a text will have */
    BertEncoder(BertConfig config, BertWeights weights, int longest, Threads threads) {
        this.config = config;
        this.threads = threads;
        this.capacity = Math.max(BATCH_TOKENS, longest);
        this.together = new BertPass(config, weights, capacity, threads);
        this.alone = new BertPass[threads.count()];
        for (int i = 0; i < alone.length; i++) {
            alone[i] = new BertPass(config, weights, capacity, new Threads(1));
        }
    }

    /** How many texts from {@code first} go into the next batch. */
    int batch(List<int[]> texts, int first) {
        int end = first;
        int sum = 0;
        while (end < texts.size() && sum + texts.get(end).length <= capacity) {
            sum += texts.get(end).length;
            end++;
        }
        return end - first;
    }

    /**
     * Encodes one batch.
     *
     * @param batch token ids of each text, special tokens included, at least one each; within {@link #batch}
     * @param out the pooled vector of each text, not normalised: [text][width]
     * @param states receives the state of each token: [text][token][width]; null: not wanted
     */
    void encode(List<int[]> batch, float[] out, float[][] states) {
        int tokens = 0;
        for (int[] ids : batch) {
            tokens += ids.length;
        }
        int count = threads.count();
        int shares = count * Math.max(1, Math.round((float) tokens / (count * SHARE_TOKENS)));
        if (count == 1 || batch.size() < count || tokens < count * LEAST_SHARE) {
            together.encode(batch, out, 0, states, 0);
            return;
        }
        int[] starts = cut(batch, tokens, shares);
        threads.run(shares, (share, worker) -> {
            int first = starts[share];
            List<int[]> texts = batch.subList(first, starts[share + 1]);
            if (!texts.isEmpty()) {
                alone[worker].encode(texts, out, first * config.width(), states, first);
            }
        });
    }

    /** The first text of each share, and the end; shares have about as many tokens each. */
    private static int[] cut(List<int[]> batch, int tokens, int shares) {
        int[] starts = new int[shares + 1];
        int share = 1;
        int sum = 0;
        for (int text = 0; text < batch.size(); text++) {
            int middle = sum + batch.get(text).length / 2;
            while (share < shares && middle >= (long) tokens * share / shares) {
                starts[share++] = text;
            }
            sum += batch.get(text).length;
        }
        while (share <= shares) {
            starts[share++] = batch.size();
        }
        return starts;
    }
}
