package demitasse.agent;

import demitasse.rag.Embedder;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Everything about answering that does not depend on who asks. Immutable. */
final class Responder {
    private static final int CANDIDATES = 5;
    private static final Pattern MASK = Pattern.compile("\\[[A-Z_]{2,20}\\]");

    private final KnowledgeBase knowledgeBase;
    private final Embedder embedder;
    private final Answers answers;
    private final GeneratedAnswers generated;
    /** Null where the embedder is not the one that the heads were trained on. */
    private final IntentClassifier intents;

    private final Signals signals;
    private final Escalation escalation = Escalation.bundled();
    private final Phrases phrases;

    Responder(Assistant.Config config, Phrases phrases) {
        knowledgeBase = config.knowledgeBase();
        embedder = config.embedder();
        this.phrases = phrases;
        answers = new Answers(knowledgeBase::sentences);
        boolean generates = config.generator() != null && config.answers() == AnswerMode.GENERATED;
        generated = generates ? new GeneratedAnswers(config.generator()) : null;
        IntentClassifier bundled = IntentClassifier.bundled();
        boolean trained = embedder.dimensions() == bundled.dimensions();
        intents = trained ? bundled : null;
        signals = trained ? Signals.bundled() : Signals.untrained(embedder.dimensions());
    }

    /** What is known about a question after reading and searching. */
    record Reading(
            Classification classification, Signals.Reading signals, List<Hit> hits, String query, float[] vector) {}

    Optional<Escalation.Reason> escalationByRules(String masked) {
        return escalation.byRules(masked);
    }

    /** A reason without keywords, unless the words are those of a known other meaning. */
    Optional<Escalation.Reason> escalationByHead(String masked, Reading reading) {
        boolean documentFits = Answerability.isStrong(reading.hits(), reading.signals());
        return reading.signals().reason(documentFits).filter(reason -> !escalation.isExcused(reason, masked));
    }

    Classification classify(String masked) {
        return classify(embed(List.of(forSearch(masked))).getFirst());
    }

    private Classification classify(float[] vector) {
        return intents == null ? new Classification(Intent.FAQ, 0) : intents.classify(vector);
    }

    /**
     * Embeds once, reads intent and signals, searches.
     *
     * @param previous the customer's message before, which a short message may lean on; empty if there is none
     */
    Reading read(String masked, String previous, Map<String, Double> timings) {
        String own = forSearch(masked);
        boolean leans = !previous.isEmpty() && MessageText.leansOnThePast(masked);
        String query = leans ? forSearch(previous) + " " + own : own;
        long start = System.nanoTime();
        List<float[]> vectors = embed(leans ? List.of(own, query) : List.of(own));
        long embedded = System.nanoTime();
        timings.put("embed", millis(embedded - start));
        List<Hit> hits = knowledgeBase.search(query, vectors.getLast(), CANDIDATES);
        timings.put("search", millis(System.nanoTime() - embedded));
        float[] vector = vectors.getFirst();
        return new Reading(classify(vector), signals.read(vector), hits, query, vectors.getLast());
    }

    private List<float[]> embed(List<String> queries) {
        return embedder.embed(queries.stream().map(knowledgeBase::repair).toList());
    }

    /** Masks say nothing to a search. */
    private static String forSearch(String masked) {
        String plain = MASK.matcher(masked).replaceAll(" ").strip();
        return plain.isEmpty() ? masked : plain;
    }

    String phrase(String key) {
        return phrases.get(key);
    }

    String handoffText(Escalation.Reason reason) {
        return phrases.get("handoff." + reason.label(), phrases.get("help_line"));
    }

    /** Text for a question without an answer, naming the topics that are near, if any are. */
    String declineText(List<Hit> hits) {
        String near = Answerability.near(hits);
        String first = near.isEmpty() ? phrases.get("decline") : phrases.get("decline.near", near);
        return first + " " + phrases.get("decline.person");
    }

    /** @param generated whether a model wrote it, and the check let it pass */
    record Answer(String text, boolean generated) {}

    /** The answer to a question that the hits answer. */
    Answer answer(Reading reading, Map<String, Double> timings, Consumer<String> onText) {
        List<Hit> used = Answerability.sources(reading.hits());
        if (generated != null) {
            long start = System.nanoTime();
            Optional<String> text = generated.answer(reading.query(), used);
            timings.put("generate", millis(System.nanoTime() - start));
            if (text.isPresent()) {
                onText.accept(text.get());
                return new Answer(text.get(), true);
            }
        }
        String text = answers.extract(used, reading.vector());
        onText.accept(text);
        return new Answer(text, false);
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
