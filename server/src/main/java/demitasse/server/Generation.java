package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationListener;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The answers to one request in the making. The model's threads put pieces in, the request's thread takes them out: a
 * client that reads slowly holds up nobody else.
 *
 * <p>A request takes one place in the queue, whatever the number of its answers. Places where nobody waits help with
 * the other answers.
 */
final class Generation {
    /** A piece, or the end, after which nothing comes. */
    record Event(Piece piece, boolean end) {}

    private static final Event END = new Event(null, true);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final long startNanos = System.nanoTime();
    private final Lane lane;
    private final ChatModel model;
    private final List<Job> jobs;
    private final GenerationResult[] results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();
    /** The first has its place in the queue; the others are helpers. */
    private final List<FutureTask<Void>> tasks = new CopyOnWriteArrayList<>();

    private volatile boolean cancelled;
    private volatile double firstTokenSeconds = Double.NaN;

    Generation(Lane lane, ChatModel model, List<Job> jobs) {
        this.lane = lane;
        this.model = model;
        this.jobs = jobs;
        this.results = new GenerationResult[jobs.size()];
        this.left = new AtomicInteger(jobs.size());
    }

    /** @throws QueueFullException if too much is waiting for the model */
    void start() {
        submit(false);
    }

    private void submit(boolean helper) {
        Callable<Void> work = () -> work(helper);
        boolean session = TextGenerator.SESSION.isBound();
        tasks.add(lane.submit(session ? inSession(TextGenerator.SESSION.get(), work) : work));
    }

    /** The lane's thread does not know what the caller's thread has bound. */
    private static Callable<Void> inSession(String session, Callable<Void> work) {
        return () -> ScopedValue.where(TextGenerator.SESSION, session).call(work::call);
    }

    /** Once a prompt has been read, others can begin with what it left behind: lets idle places of the lane join in. */
    void callHelpers() {
        int helpers = Math.min(lane.idle(), jobs.size() - 1);
        try {
            for (int i = 0; i < helpers; i++) {
                submit(true);
            }
        } catch (QueueFullException e) {
            // The first task does it all.
        }
    }

    private Void work(boolean helper) {
        boolean well = false;
        try {
            for (int i = next.getAndIncrement(); i < jobs.size(); i = next.getAndIncrement()) {
                results[i] = cancelled ? nothing(jobs.get(i)) : run(i);
                if (left.decrementAndGet() == 0) {
                    events.add(END);
                }
                if (helper && lane.waiting() > 0) {
                    break;
                }
            }
            well = true;
        } finally {
            if (!well) {
                cancelled = true;
                events.add(END);
            }
        }
        return null;
    }

    private static GenerationResult nothing(Job job) {
        return new GenerationResult("", job.prompt().length, 0, 0, 0, 0, FinishReason.CANCELLED, "", 0, 0);
    }

    private GenerationResult run(int choice) {
        Job job = jobs.get(choice);
        Run run = new Run(choice, job);
        runs.add(run);
        try {
            GenerationResult result = model.generate(job.prompt(), job.options(), run, () -> cancelled);
            run.finish(result.text());
            return result;
        } finally {
            runs.remove(run);
        }
    }

    /** One answer. */
    private final class Run implements GenerationListener {
        private final int choice;
        private final Job job;
        private final StringBuilder sent = new StringBuilder();
        private List<ScoredToken> tokens = List.of();
        private volatile int calls;
        private int cachedTokens;
        private double promptSeconds;
        private long promptRead = System.nanoTime();

        private Run(int choice, Job job) {
            this.choice = choice;
            this.job = job;
        }

        @Override
        public void onPrompt(int cached, double seconds) {
            cachedTokens = cached;
            promptSeconds = seconds;
            promptRead = System.nanoTime();
        }

        @Override
        public void onTokens(List<ScoredToken> told) {
            tokens = told;
        }

        @Override
        public boolean onText(String text) {
            // The first call says only that the prompt has been read.
            calls++;
            if (calls == 2 && Double.isNaN(firstTokenSeconds)) {
                firstTokenSeconds = (System.nanoTime() - startNanos) / 1e9;
            }
            put(text);
            return !cancelled;
        }

        private void put(String text) {
            sent.append(text);
            events.add(new Event(new Piece(choice, text, tokens, timings()), false));
            tokens = List.of();
        }

        private Usage.Timings timings() {
            return Usage.Timings.of(
                    cachedTokens,
                    job.prompt().length - cachedTokens,
                    promptSeconds,
                    decoded(),
                    (System.nanoTime() - promptRead) / 1e9);
        }

        private int decoded() {
            return Math.clamp(calls - 1, 0, job.options().maxTokens());
        }

        private void finish(String text) {
            boolean more = text.length() > sent.length() && text.startsWith(sent.toString());
            if (more || !tokens.isEmpty()) {
                put(more ? text.substring(sent.length()) : "");
            }
        }
    }

    /** The next event, or null if none came in time. */
    Event poll(Duration patience) {
        try {
            Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            return event == null && tasks.getFirst().isCancelled() ? END : event;
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is stopping");
        }
    }

    /** Waits for the end. What the model threw is thrown again. */
    List<GenerationResult> results() {
        FutureTask<Void> first = tasks.getFirst();
        for (FutureTask<Void> task : tasks) {
            if (task != first) {
                lane.withdraw(task);
            }
            try {
                task.get();
            } catch (CancellationException e) {
                // A helper that never began is not missed.
                if (task == first) {
                    throw ApiException.unavailable("the server is stopping");
                }
            } catch (InterruptedException e) {
                cancel();
                Thread.currentThread().interrupt();
                throw ApiException.unavailable("the server is stopping");
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    default -> throw new IllegalStateException(e.getCause());
                }
            }
        }
        return Arrays.asList(results);
    }

    /** Stops before the next token, or before it began. */
    void cancel() {
        cancelled = true;
        tasks.forEach(lane::withdraw);
    }

    boolean running() {
        return tasks.stream().anyMatch(task -> !task.isDone());
    }

    /** From the start, waiting included, until the first token; not a number before. */
    double firstTokenSeconds() {
        return firstTokenSeconds;
    }

    /**
     * How far an answer is that is being made.
     *
     * @param decoded tokens so far
     */
    record Progress(int promptTokens, int decoded, int maxTokens, boolean promptRead) {}

    List<Progress> progress() {
        return runs.stream()
                .map(run -> new Progress(
                        run.job.prompt().length,
                        run.decoded(),
                        run.job.options().maxTokens(),
                        run.calls > 0))
                .toList();
    }
}
