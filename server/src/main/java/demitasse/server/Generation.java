package demitasse.server;

import demitasse.agent.TextGenerator;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One answer in the making. The model's thread puts pieces in, the request's thread takes them out: a client that reads
 * slowly holds up nobody else.
 */
final class Generation {
    /** What came: text, or the end, after which nothing comes. */
    record Event(String text, boolean end) {}

    private static final Event END = new Event("", true);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final long startNanos = System.nanoTime();
    private final Lane lane;
    private volatile boolean cancelled;
    private volatile double firstTokenSeconds = Double.NaN;
    private FutureTask<GenerationResult> job;
    private int calls;

    private Generation(Lane lane) {
        this.lane = lane;
    }

    /** @throws QueueFullException if too much is waiting for the model */
    static Generation start(Lane lane, ChatModel model, int[] prompt, GenerationOptions options) {
        Generation generation = new Generation(lane);
        Callable<GenerationResult> run = () -> generation.run(model, prompt, options);
        boolean session = TextGenerator.SESSION.isBound();
        generation.job = lane.submit(session ? inSession(TextGenerator.SESSION.get(), run) : run);
        return generation;
    }

    /** The lane's thread does not know what the caller's thread has bound. */
    private static Callable<GenerationResult> inSession(String session, Callable<GenerationResult> run) {
        return () -> ScopedValue.where(TextGenerator.SESSION, session).call(run::call);
    }

    private GenerationResult run(ChatModel model, int[] prompt, GenerationOptions options) {
        StringBuilder sent = new StringBuilder();
        try {
            GenerationResult result = model.generate(prompt, options, text -> take(text, sent), () -> cancelled);
            if (result.text().length() > sent.length() && result.text().startsWith(sent.toString())) {
                events.add(new Event(result.text().substring(sent.length()), false));
            }
            return result;
        } finally {
            events.add(END);
        }
    }

    private boolean take(String text, StringBuilder sent) {
        // The first call says only that the prompt has been read.
        if (++calls == 2) {
            firstTokenSeconds = (System.nanoTime() - startNanos) / 1e9;
        }
        sent.append(text);
        events.add(new Event(text, false));
        return !cancelled;
    }

    /** The next event, or null if none came in time. */
    Event poll(Duration patience) {
        try {
            Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            return event == null && job.isCancelled() ? END : event;
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is stopping");
        }
    }

    /** Waits for the end. What the model threw is thrown again. */
    GenerationResult result() {
        try {
            return job.get();
        } catch (CancellationException e) {
            throw ApiException.unavailable("the server is stopping");
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

    /** Stops before the next token, or before it began. */
    void cancel() {
        cancelled = true;
        lane.withdraw(job);
    }

    boolean running() {
        return !job.isDone();
    }

    /** From the start, waiting included, until the first token; not a number before. */
    double firstTokenSeconds() {
        return firstTokenSeconds;
    }
}
