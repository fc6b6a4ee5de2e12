package demitasse.server;

import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.PromptTooLongException;
import demitasse.phi3.ScoredToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A chat model with its queue: what the API and the assistant share. */
final class ChatEngine implements AutoCloseable {
    /** Told about every generation that ended well. */
    interface Observer {
        void finished(GenerationResult result, double firstTokenSeconds);
    }

    /** How soon a client is missed that leaves while nothing comes. */
    private static final Duration BREATH = Duration.ofMillis(100);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final ChatModel model;
    private final Lane lane;
    private final Set<Generation> live = ConcurrentHashMap.newKeySet();
    private volatile Observer observer = (result, seconds) -> {};

    /** One generation at a time. */
    ChatEngine(ChatModel model, int queueCapacity) {
        this(model, 1, queueCapacity);
    }

    /** @param parallel generations that run at once; the model must allow that */
    ChatEngine(ChatModel model, int parallel, int queueCapacity) {
        this.model = model;
        this.lane = new Lane("demitasse-chat", parallel, queueCapacity);
    }

    ChatModel model() {
        return model;
    }

    Lane lane() {
        return lane;
    }

    void observe(Observer newObserver) {
        observer = newObserver;
    }

    /** How far the answers are that are being made at the moment. */
    List<Generation.Progress> progress() {
        return live.stream()
                .flatMap(generation -> generation.progress().stream())
                .toList();
    }

    /**
     * Generates, giving each piece of text to {@code onText} on the calling thread.
     *
     * @param onText false stops the generation, as does an exception, which passes
     * @param onWait called about ten times a second while nothing comes; the same rules
     * @throws PromptTooLongException before anything waits
     * @throws QueueFullException if too much is waiting
     */
    GenerationResult generate(int[] prompt, GenerationOptions options, Predicate<String> onText, Runnable onWait) {
        return generate(List.of(new Job(prompt, options)), piece -> onText.test(piece.text()), onWait)
                .getFirst();
    }

    /**
     * The same with several answers, which may be made at once; one result each.
     *
     * @throws PromptTooLongException if one does not fit, before anything waits
     */
    List<GenerationResult> generate(List<Job> jobs, Predicate<Piece> onPiece, Runnable onWait) {
        jobs.forEach(job -> checkLength(job.prompt()));
        Generation generation = new Generation(lane, model, jobs);
        live.add(generation); // before it begins, so that nothing runs that a stop does not end
        try {
            generation.start();
            forward(generation, onPiece, onWait);
            List<GenerationResult> results = generation.results();
            double firstToken = generation.firstTokenSeconds();
            for (GenerationResult result : results) {
                observer.finished(result, firstToken);
                firstToken = Double.NaN;
            }
            return results;
        } finally {
            live.remove(generation);
            if (generation.running()) {
                generation.cancel();
            }
        }
    }

    private void checkLength(int[] prompt) {
        if (prompt.length >= model.contextSize()) {
            throw new PromptTooLongException(prompt.length, model.contextSize());
        }
    }

    /**
     * What the model thinks of the tokens of prompts, one list each; see {@link ChatModel#score}.
     *
     * @throws PromptTooLongException if one does not fit, before anything waits
     * @throws QueueFullException if too much is waiting
     */
    List<List<ScoredToken>> score(List<int[]> prompts, int likeliest, ClientWatch client) {
        prompts.forEach(this::checkLength);
        return lane.run(client, () -> {
            List<List<ScoredToken>> scores = new ArrayList<>();
            for (int[] prompt : prompts) {
                client.check();
                scores.add(model.score(prompt, likeliest, client::gone));
            }
            client.check();
            return scores;
        });
    }

    private static void forward(Generation generation, Predicate<Piece> onPiece, Runnable onWait) {
        boolean wanted = true;
        boolean begun = false;
        while (true) {
            Generation.Event event = generation.poll(BREATH);
            if (event == null) {
                onWait.run();
                continue;
            }
            if (event.end()) {
                return;
            }
            if (!begun) {
                begun = true;
                generation.callHelpers();
            }
            if (wanted && !onPiece.test(event.piece())) {
                wanted = false;
                generation.cancel();
            }
        }
    }

    /** Ends what runs, after its next token. */
    void cancelAll() {
        live.forEach(Generation::cancel);
    }

    @Override
    public void close() {
        cancelAll();
        lane.close(STOP_PATIENCE);
        model.close();
    }
}
