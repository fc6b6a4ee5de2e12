package demitasse.bench;

import demitasse.phi3.LanguageModel;
import demitasse.phi3.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Times a decoder model as llama-bench does: "pp" is a prompt of p random tokens read into an empty context, "tg" is n
 * tokens one after the other from an empty context. Both count evaluation only, without tokenizer and sampling.
 */
public final class ModelBench {
    private static final long TOKEN_SEED = 42;
    private static final int WARM_UP_TOKENS = 16;
    private static final int LEAST_WARM_UP_ROUNDS = 2;
    private static final int MOST_WARM_UP_ROUNDS = 8;
    /** A round that is not this much faster than the one before it says that the JIT compilers are done. */
    private static final double STILL_WARMING = 1.1;

    /**
     * @param prompt tokens of the prompt test; 0 leaves it out
     * @param generate tokens of the generation test; 0 leaves it out
     * @param repetitions measured runs of each test
     * @param batch the most prompt tokens that are given to the model at once
     */
    public record Options(int prompt, int generate, int repetitions, int batch) {
        public Options {
            if (prompt < 0 || generate < 0 || prompt + generate == 0 || repetitions < 1 || batch < 1) {
                throw new IllegalArgumentException(
                        "bench wants tokens to read or to generate, and at least 1 repetition and a batch of 1");
            }
        }
    }

    private ModelBench() {}

    /**
     * Runs both tests; {@code report} gets a line of progress now and then.
     *
     * @param threads with which the model was loaded, for the rows
     */
    public static List<BenchRow> run(
            LanguageModel model, long fileBytes, int threads, Options options, Consumer<String> report) {
        int context = Math.max(options.prompt(), options.generate());
        int[] tokens = tokens(context, model.vocabularySize());
        int[] prompt = Arrays.copyOf(tokens, options.prompt());
        List<BenchRow> rows = new ArrayList<>();
        try (Session session = model.newSession(context)) {
            warmUp(
                    session,
                    prompt,
                    Arrays.copyOf(tokens, Math.min(WARM_UP_TOKENS, options.generate())),
                    options,
                    report);
            String name = model.name();
            if (options.prompt() > 0) {
                double[] rates = new double[options.repetitions()];
                for (int i = 0; i < rates.length; i++) {
                    rates[i] = read(session, prompt, options.batch());
                    report.accept(String.format("pp%d %d of %d", prompt.length, i + 1, rates.length));
                }
                rows.add(BenchRow.of(name, fileBytes, threads, "pp" + prompt.length, rates));
            }
            if (options.generate() > 0) {
                double[] rates = new double[options.repetitions()];
                for (int i = 0; i < rates.length; i++) {
                    rates[i] = generate(session, tokens, options.generate());
                    report.accept(String.format("tg%d %d of %d", options.generate(), i + 1, rates.length));
                }
                rows.add(BenchRow.of(name, fileBytes, threads, "tg" + options.generate(), rates));
            }
        }
        return rows;
    }

    private static void warmUp(Session session, int[] prompt, int[] tokens, Options options, Consumer<String> report) {
        double before = Double.MAX_VALUE;
        for (int round = 1; round <= MOST_WARM_UP_ROUNDS; round++) {
            report.accept("warm-up " + round);
            long start = System.nanoTime();
            read(session, prompt, options.batch());
            generate(session, tokens, tokens.length);
            double now = System.nanoTime() - start;
            if (round >= LEAST_WARM_UP_ROUNDS && now * STILL_WARMING > before) {
                return;
            }
            before = now;
        }
    }

    private static int[] tokens(int count, int vocabulary) {
        SplittableRandom random = new SplittableRandom(TOKEN_SEED);
        return random.ints(count, 0, vocabulary).toArray();
    }

    /** Tokens a second. */
    private static double read(Session session, int[] prompt, int batch) {
        session.rewind(0);
        long start = System.nanoTime();
        for (int from = 0; from < prompt.length; from += batch) {
            session.evaluate(Arrays.copyOfRange(prompt, from, Math.min(prompt.length, from + batch)));
        }
        return rate(prompt.length, start);
    }

    private static double generate(Session session, int[] tokens, int count) {
        session.rewind(0);
        int[] one = new int[1];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            one[0] = tokens[i];
            session.evaluate(one);
        }
        return rate(count, start);
    }

    private static double rate(int tokens, long start) {
        return tokens * 1e9 / Math.max(1, System.nanoTime() - start);
    }
}
