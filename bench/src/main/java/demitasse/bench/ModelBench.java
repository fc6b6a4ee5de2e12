package demitasse.bench;

import demitasse.phi3.LanguageModel;
import demitasse.phi3.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times a decoder model as llama-bench does: evaluation only, without tokenizer and sampling. The tokens are random,
 * but each position always has the same one, so that what is in the context at a depth can be kept from test to test.
 */
public final class ModelBench implements AutoCloseable {
    private static final long TOKEN_SEED = 42;
    /** Warm-up runs are this long at most; longer ones use no other code. */
    private static final int WARM_UP_PROMPT = 128;

    private static final int WARM_UP_TOKENS = 16;

    private final int[] tokens;
    private final List<Session> sessions = new ArrayList<>();

    /**
     * @param tests all that will be run: the sessions are made for them
     * @throws IllegalArgumentException if their contexts do not fit into memory
     */
    public ModelBench(LanguageModel model, List<BenchTest> tests) {
        int context = tests.stream().mapToInt(BenchTest::context).max().orElseThrow();
        int most = tests.stream().mapToInt(BenchTest::parallel).max().orElseThrow();
        tokens = new SplittableRandom(TOKEN_SEED)
                .ints(context, 0, model.vocabularySize())
                .toArray();
        for (int i = 0; i < most; i++) {
            int index = i;
            sessions.add(model.newSession(tests.stream()
                    .filter(test -> test.parallel() > index)
                    .mapToInt(BenchTest::context)
                    .max()
                    .orElseThrow()));
        }
    }

    /** Runs a short form of the test until the JIT compilers are done; see {@link WarmUp}. */
    public WarmUp warmUp(BenchTest test) {
        BenchTest brief = brief(test);
        return WarmUp.until(() -> run(brief));
    }

    /** One short, uncounted run: wakes threads and caches after a pause. */
    void runBriefly(BenchTest test) {
        run(brief(test));
    }

    private static BenchTest brief(BenchTest test) {
        return test.shortened(WARM_UP_PROMPT, WARM_UP_TOKENS);
    }

    /** One run; returns the nanoseconds that it took, without those for filling the context. */
    public long run(BenchTest test) {
        List<Session> taking = sessions.subList(0, test.parallel());
        for (Session session : taking) {
            fill(session, test);
        }
        if (taking.size() > 1) {
            return together(taking, test);
        }
        long start = System.nanoTime();
        work(taking.getFirst(), test);
        return elapsed(start);
    }

    private void fill(Session session, BenchTest test) {
        session.rewind(Math.min(session.position(), test.depth()));
        read(session, test.depth(), test.batch());
    }

    private long together(List<Session> taking, BenchTest test) {
        CountDownLatch ready = new CountDownLatch(taking.size());
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(taking.size())) {
            for (Session session : taking) {
                all.add(pool.submit(() -> {
                    ready.countDown();
                    go.await();
                    work(session, test);
                    return null;
                }));
            }
            ready.await();
            long start = System.nanoTime();
            go.countDown();
            for (Future<?> one : all) {
                one.get();
            }
            return elapsed(start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long elapsed(long start) {
        return Math.max(1, System.nanoTime() - start);
    }

    private void work(Session session, BenchTest test) {
        read(session, test.depth() + test.prompt(), test.batch());
        int[] one = new int[1];
        for (int i = 0; i < test.generate(); i++) {
            one[0] = tokens[session.position()];
            session.evaluate(one);
        }
    }

    /** Reads on up to position {@code end}. */
    private void read(Session session, int end, int batch) {
        while (session.position() < end) {
            int from = session.position();
            session.evaluate(Arrays.copyOfRange(tokens, from, Math.min(end, from + batch)));
        }
    }

    @Override
    public void close() {
        sessions.forEach(Session::close);
    }
}
