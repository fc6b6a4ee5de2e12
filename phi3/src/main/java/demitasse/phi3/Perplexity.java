package demitasse.phi3;

import demitasse.tensor.Ops;
import java.util.Arrays;
import java.util.function.Consumer;

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

    private final LanguageModel model;
    private final int[] ids;
    private final int context;
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

    private Perplexity(LanguageModel model, int[] ids, int context) {
        this.model = model;
        this.ids = ids;
        this.context = context;
    }

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
        if (context < SMALLEST_CONTEXT) {
            throw new IllegalArgumentException("context: at least " + SMALLEST_CONTEXT + " tokens, not " + context);
        }
        if (chunks < 1 || chunks > chunks(ids.length, context)) {
            throw new IllegalArgumentException(
                    "chunks: 1 to " + chunks(ids.length, context) + " in this text, not " + chunks);
        }
        return new Perplexity(model, ids, context).run(chunks, progress);
    }

    private Result run(int chunks, Consumer<Result> progress) {
        Result result = null;
        try (Session session = model.newSession(context)) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                session.rewind(0);
                score(session, Arrays.copyOfRange(ids, chunk * context, (chunk + 1) * context));
                result = result(chunk + 1);
                progress.accept(result);
            }
        }
        return result;
    }

    private void score(Session session, int[] tokens) {
        if (model.hasTokenizer() && model.tokenizer().vocabulary().addsBos()) {
            tokens[0] = model.tokenizer().vocabulary().bos();
        }
        int half = context / 2;
        session.evaluate(Arrays.copyOf(tokens, half));
        int size = model.vocabularySize();
        for (int from = half; from < context - 1; from += BATCH) {
            int to = Math.min(from + BATCH, context - 1);
            float[] logits = session.evaluateAll(Arrays.copyOfRange(tokens, from, to));
            for (int i = from; i < to; i++) {
                double likelihood = logLikelihood(logits, (i - from) * size, size, tokens[i + 1]);
                sum -= likelihood;
                squares += likelihood * likelihood;
                scored++;
            }
        }
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
