package demitasse.phi3;

import demitasse.phi3.grammar.GrammarMasks;
import demitasse.tokenizer.TextStream;

/** One run of the token loop: prompt, then sample, stream and evaluate until something ends it. */
final class Generation {
    private static final double NANOS = 1e9;

    private final Session session;
    private final LanguageModel model;
    private final GenerationOptions options;
    private final GenerationListener listener;
    private final TokenSampler sampler;
    private final GrammarMasks masks;
    private final StopTexts stops;
    private final StringBuilder text = new StringBuilder();

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
        sampler.acceptPrompt(prompt);
        long promptDone = System.nanoTime();
        emit("");
        FinishReason reason = cancelled ? FinishReason.CANCELLED : loop(logits, limit);
        long end = System.nanoTime();
        return new GenerationResult(
                text.toString(),
                prompt.length,
                cached,
                generated,
                reason,
                (promptDone - start) / NANOS,
                (end - promptDone) / NANOS);
    }

    private FinishReason loop(float[] logits, int limit) {
        // Models without a tokenizer generate ids only.
        TextStream stream = model.hasTokenizer() ? TextStream.of(model.tokenizer()) : null;
        int[] next = new int[1];
        while (generated < limit) {
            next[0] = masks == null ? sampler.next(logits) : sampler.next(logits, masks.visible());
            sampler.accept(next[0]);
            generated++;
            if (model.endsGeneration(next[0])) {
                return finish(stream, FinishReason.STOP);
            }
            if (masks != null) {
                masks.accept(next[0]);
            }
            emit(stops.next(stream == null ? "" : stream.next(next[0])));
            if (stops.found()) {
                return FinishReason.STOP;
            }
            if (cancelled) {
                return FinishReason.CANCELLED;
            }
            if (generated < limit) {
                logits = session.evaluateNext(next);
            }
        }
        return finish(stream, FinishReason.LENGTH);
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
        return reason;
    }

    private void emit(String piece) {
        text.append(piece);
        cancelled = !listener.onText(piece);
    }
}
