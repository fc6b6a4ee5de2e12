package demitasse.phi3;

import demitasse.tensor.Ops;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * How well a model foresees a text: e to the mean negative log-likelihood of its tokens. By the convention of
 * llama.cpp's llama-perplexity, so that figures can be compared: the text is tokenised once and cut into chunks that do
 * not overlap, each starts with an empty context, and only the tokens of its second half are scored. Where the
 * vocabulary adds BOS, it replaces the first token of each chunk. Source: tools/perplexity/perplexity.cpp.
 */
public final class Perplexity {
    /** A chunk of fewer has no token to score. */
    public static final int SMALLEST_CONTEXT = 3;

    /** Tokens whose logits are held at a time: 20 MB with the largest vocabularies, where a chunk's would be 300. */
    private static final int BATCH = 32;

    private double sum;
    private double squares;
    private int scored;

    /**
     * @param value perplexity of the chunks so far
     * @param deviation its standard error, by the spread of the single tokens; NaN for one token
     * @param chunks chunks so far
     * @param scored tokens scored in them
     */
    public record Result(double value, double deviation, int chunks, int scored) {}

    private Perplexity() {}

    /**
     * Token ids of a text as llama-perplexity takes it: control tokens in it are plain text.
     *
     * @throws IllegalStateException if the model has no tokenizer
     */
    public static int[] encode(LanguageModel model, String text) {
        return model.tokenizer().encode(text, true, false);
    }

    /** Chunks that a text of so many tokens has. */
    public static int chunks(int tokens, int context) {
        return tokens / context;
    }

    /**
     * @param context tokens of a chunk
     * @param chunks how many from the start of the text
     * @param progress is given the result so far after each chunk
     * @throws IllegalArgumentException if the context is below {@link #SMALLEST_CONTEXT} or more than the heap holds,
     *     or the text has fewer chunks than asked for, or none was asked for
     */
    public static Result of(LanguageModel model, int[] ids, int context, int chunks, Consumer<Result> progress) {
        return run(model, ids, context, chunks, (logits, offset, next) -> {}, progress);
    }

    /**
     * The same, and writes what {@link SavedLogits} reads.
     *
     * @throws UncheckedIOException if writing fails
     */
    public static Result save(
            LanguageModel model, int[] ids, int context, int chunks, OutputStream out, Consumer<Result> progress)
            throws IOException {
        SavedLogits.writeHeader(out, context, model.vocabularySize(), chunks, ids);
        LogProbabilities row = new LogProbabilities(model.vocabularySize());
        TokenScore save = (logits, offset, next) -> {
            try {
                row.compress(logits, offset);
                row.write(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        return run(model, ids, context, chunks, save, progress);
    }

    private static Result run(
            LanguageModel model, int[] ids, int context, int chunks, TokenScore also, Consumer<Result> progress) {
        Perplexity perplexity = new Perplexity();
        int size = model.vocabularySize();
        TokenScore score = (logits, offset, next) -> {
            perplexity.add(logLikelihood(logits, offset, size, next));
            also.add(logits, offset, next);
        };
        Result[] result = {null};
        forEachToken(model, ids, context, chunks, score, chunk -> {
            result[0] = perplexity.result(chunk);
            progress.accept(result[0]);
        });
        return result[0];
    }

    /** What is done with the logits before each token that is scored. */
    @FunctionalInterface
    interface TokenScore {
        /** @param logits [vocabulary] from {@code offset} on */
        void add(float[] logits, int offset, int next);
    }

    /**
     * Goes through the second half of each chunk.
     *
     * @param afterChunk is given the number of chunks so far
     */
    static void forEachToken(
            LanguageModel model, int[] ids, int context, int chunks, TokenScore score, IntConsumer afterChunk) {
        if (context < SMALLEST_CONTEXT) {
            throw new IllegalArgumentException("context: at least " + SMALLEST_CONTEXT + " tokens, not " + context);
        }
        if (chunks < 1 || chunks > chunks(ids.length, context)) {
            throw new IllegalArgumentException(
                    "chunks: 1 to " + chunks(ids.length, context) + " in this text, not " + chunks);
        }
        try (Session session = model.newSession(context)) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                session.rewind(0);
                int[] tokens = Arrays.copyOfRange(ids, chunk * context, (chunk + 1) * context);
                if (model.hasTokenizer() && model.tokenizer().vocabulary().addsBos()) {
                    tokens[0] = model.tokenizer().vocabulary().bos();
                }
                chunk(session, tokens, model.vocabularySize(), score);
                afterChunk.accept(chunk + 1);
            }
        }
    }

    private static void chunk(Session session, int[] tokens, int size, TokenScore score) {
        int half = tokens.length / 2;
        session.evaluate(Arrays.copyOf(tokens, half));
        for (int from = half; from < tokens.length - 1; from += BATCH) {
            int to = Math.min(from + BATCH, tokens.length - 1);
            float[] logits = session.evaluateAll(Arrays.copyOfRange(tokens, from, to));
            for (int i = from; i < to; i++) {
                score.add(logits, (i - from) * size, tokens[i + 1]);
            }
        }
    }

    private void add(double likelihood) {
        sum -= likelihood;
        squares += likelihood * likelihood;
        scored++;
    }

    private static double logLikelihood(float[] logits, int offset, int size, int id) {
        double largest = logits[offset + Ops.argmax(logits, offset, size)];
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += Math.exp(logits[offset + i] - largest);
        }
        return logits[offset + id] - largest - Math.log(total);
    }

    private Result result(int chunks) {
        double mean = sum / scored;
        double variance = Math.max(0, squares / scored - mean * mean);
        double value = Math.exp(mean);
        return new Result(value, value * Math.sqrt(variance / (scored - 1)), chunks, scored);
    }
}
