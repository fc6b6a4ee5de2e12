package demitasse.phi3;

import demitasse.phi3.grammar.GrammarMasks;
import demitasse.tokenizer.TextStream;
import java.util.List;

/**
 * One run of the token loop: prompt, then sample, stream and evaluate until something ends it. Tokens are sampled one by
 * one from their own logits whether these came from a token or from a draft, so drafts change the speed only.
 */
final class Generation {
    private static final double NANOS = 1e9;

    private final Session session;
    private final LanguageModel model;
    private final GenerationOptions options;
    private final GenerationListener listener;
    private final TokenSampler sampler;
    private final GrammarMasks masks;
    private final StopTexts stops;
    private final Drafter drafter;
    /** Null unless the listener wants to know. */
    private final TokenScores scores;

    private final StringBuilder text = new StringBuilder();

    /** What was evaluated last: a token and the draft after it. */
    private final int[] batch = new int[1 + Drafter.MOST];
    /** [batch][vocabulary], once there is a draft. */
    private float[] batchLogits;
    /** Of the batch. */
    private int drafted;
    /** Of the batch, so far. */
    private int accepted;

    private int allDrafted;
    private int allAccepted;
    private boolean cancelled;
    private int generated;

    Generation(Session session, LanguageModel model, GenerationOptions options, GenerationListener listener) {
        this.session = session;
        this.model = model;
        this.options = options;
        this.listener = listener;
        this.sampler = TokenSampler.of(options.sampling(), model, session.contextSize());
        this.masks = options.grammar() == null ? null : model.masks(options.grammar());
        this.stops = new StopTexts(options.stop());
        this.drafter = options.speculative() ? new PromptLookup(session.contextSize()) : Drafter.NONE;
        this.scores = options.scores() < 0
                ? null
                : new TokenScores(
                        model.hasTokenizer() ? model.tokenizer() : null, options.scores(), model.vocabularySize());
    }

    GenerationResult run(int[] prompt) {
        session.check(prompt);
        int room = session.contextSize() - prompt.length;
        if (room < 1) {
            throw new PromptTooLongException(prompt.length, session.contextSize());
        }
        int limit = options.maxTokens() < 0 ? room : Math.min(room, options.maxTokens());
        long start = System.nanoTime();
        int cached = session.keepCommonPrefix(prompt);
        float[] logits = session.evaluateRest(prompt, cached);
        acceptPrompt(prompt);
        long promptDone = System.nanoTime();
        listener.onPrompt(cached, (promptDone - start) / NANOS);
        emit("");
        FinishReason reason = cancelled ? FinishReason.CANCELLED : loop(logits, limit);
        dropDraft();
        long end = System.nanoTime();
        return new GenerationResult(
                text.toString(),
                prompt.length,
                cached,
                generated,
                allDrafted,
                allAccepted,
                reason,
                stops.text(),
                (promptDone - start) / NANOS,
                (end - promptDone) / NANOS);
    }

    private void acceptPrompt(int[] prompt) {
        sampler.acceptPrompt(prompt);
        for (int id : prompt) {
            drafter.accept(id);
        }
    }

    private FinishReason loop(float[] logits, int limit) {
        // Models without a tokenizer generate ids only.
        TextStream stream = model.hasTokenizer() ? TextStream.of(model.tokenizer()) : null;
        while (generated < limit) {
            int id = masks == null ? sampler.next(logits) : sampler.next(logits, masks.visible());
            sampler.accept(id);
            drafter.accept(id);
            generated++;
            if (model.endsGeneration(id)) {
                return finish(stream, FinishReason.STOP);
            }
            if (masks != null) {
                masks.accept(id);
            }
            if (scores != null) {
                scores.add(options.sampled() ? scores.sampled(sampler.left(), id) : scores.scored(logits, id));
            }
            emit(stops.next(stream == null ? "" : stream.next(id)));
            if (stops.found()) {
                return FinishReason.STOP;
            }
            if (cancelled) {
                return FinishReason.CANCELLED;
            }
            if (generated < limit) {
                advance(id, logits, limit - generated - 1);
            }
        }
        return finish(stream, FinishReason.LENGTH);
    }

    /**
     * Brings the logits after a token: those of the draft, if it was drafted, else of a new batch.
     *
     * @param most the most tokens that a draft after it may have
     */
    private void advance(int id, float[] logits, int most) {
        if (accepted < drafted && batch[accepted + 1] == id) {
            accepted++;
            allAccepted++;
        } else {
            dropDraft();
            batch[0] = id;
            drafted = drafter.propose(batch, Math.min(most, Drafter.MOST));
            allDrafted += drafted;
            if (drafted == 0) {
                session.evaluateEach(batch, 1, logits);
                return;
            }
            if (batchLogits == null) {
                batchLogits = new float[batch.length * logits.length];
            }
            session.evaluateEach(batch, 1 + drafted, batchLogits);
        }
        System.arraycopy(batchLogits, accepted * logits.length, logits, 0, logits.length);
    }

    /** Forgets what was drafted and not accepted. */
    private void dropDraft() {
        if (drafted > 0) {
            session.rewind(session.position() - (drafted - accepted));
            drafter.checked(drafted, accepted);
            drafted = 0;
            accepted = 0;
        }
    }

    /** Gives out what was held back. An incomplete character may still complete a stop text. */
    private FinishReason finish(TextStream stream, FinishReason reason) {
        String rest = stream == null ? "" : stops.next(stream.flush());
        if (stops.found()) {
            reason = FinishReason.STOP;
        } else {
            rest += stops.flush();
        }
        if (!rest.isEmpty()) {
            emit(rest);
        }
        if (scores != null && !stops.found()) {
            tell(scores.rest());
        }
        return reason;
    }

    private void emit(String piece) {
        text.append(piece);
        if (scores != null) {
            tell(scores.of(piece));
        }
        cancelled = !listener.onText(piece);
    }

    private void tell(List<ScoredToken> tokens) {
        if (!tokens.isEmpty()) {
            listener.onTokens(tokens);
        }
    }
}
