package demitasse.agent;

import demitasse.rag.Document;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads questions: embeds them, searches, and says what they are about. Immutable. */
final class QuestionReader {
    private static final int CANDIDATES = 5;
    /** As many as are read: the document that both searches think well of need not be the best of either. */
    private static final int FOLLOW_UP_CANDIDATES = 8;

    private final KnowledgeBase knowledgeBase;
    private final Predicate<String> isSmallTalk;
    /** Null where the embedder is not the one that the heads were trained on. */
    private final IntentClassifier intents;
    /** Null as {@link #intents}. */
    private final DocumentIntents documentIntents;

    private final Signals signals;

    /** @param dimensions of the knowledge base's embeddings */
    QuestionReader(KnowledgeBase knowledgeBase, int dimensions, Predicate<String> isSmallTalk) {
        this.knowledgeBase = knowledgeBase;
        this.isSmallTalk = isSmallTalk;
        IntentClassifier bundled = IntentClassifier.bundled();
        boolean trained = dimensions == bundled.dimensions();
        intents = trained ? bundled : null;
        documentIntents = trained ? DocumentIntents.bundled() : null;
        signals = trained ? Signals.bundled() : Signals.untrained(dimensions);
    }

    /**
     * What is known about a question after reading and searching.
     *
     * @param classification by the message and the documents found
     */
    record Reading(Classification classification, Signals.Reading signals, List<Hit> hits, Question question) {
        boolean isAnswerable() {
            return Answerability.isAnswerable(hits, signals);
        }

        boolean isUnsure() {
            return Answerability.isUnsure(hits, signals);
        }

        double best() {
            return Answerability.best(hits);
        }
    }

    /** A message by itself, without documents. */
    Reading alone(String masked) {
        Question question = knowledgeBase.question(forSearch(masked));
        return reading(question.vector(), signals.read(question.vector()), List.of(), question);
    }

    /** As {@link #read}, where nothing was said before. */
    Reading read(String masked) {
        return search(knowledgeBase.question(forSearch(masked)));
    }

    /**
     * Embeds once, reads intent and signals, searches. A short message is also searched for together with what was asked
     * before it, see {@link FollowUp}.
     *
     * @param topic what the message may lean on; empty if there is nothing
     */
    Reading read(String masked, String topic, Map<String, Double> timings) {
        String own = forSearch(masked);
        boolean goesOn = !topic.isEmpty() && MessageText.mayLeanOnThePast(masked);
        Optional<String> asked = Questions.inALetter(masked, isSmallTalk).map(QuestionReader::forSearch);
        List<String> texts = new ArrayList<>(List.of(own));
        if (goesOn) {
            texts.add(Words.telling(forSearch(topic)) + " " + own);
        }
        asked.ifPresent(texts::add);
        long start = System.nanoTime();
        List<Question> questions = knowledgeBase.questions(texts);
        long embedded = System.nanoTime();
        timings.put("embed", Responder.millis(embedded - start));
        Reading reading = goesOn
                ? readBoth(questions.getFirst(), questions.getLast(), MessageText.leansOnThePast(masked))
                : asked.isPresent()
                        ? readLetter(questions.getFirst(), questions.getLast())
                        : search(questions.getFirst());
        timings.put("search", Responder.millis(System.nanoTime() - embedded));
        return reading;
    }

    /** What the message is for, by its own words; what it is about, by both searches. */
    private Reading readBoth(Question own, Question whole, boolean leans) {
        Signals.Reading read = signals.read(own.vector());
        List<Hit> found = knowledgeBase.search(own, FOLLOW_UP_CANDIDATES);
        // With the words of a question that has an answer, nearly everything seems to have that answer.
        if (!leans && !Answerability.isAnswerable(found, read)) {
            return reading(own.vector(), read, best(found), own);
        }
        List<Hit> before = knowledgeBase.search(whole, FOLLOW_UP_CANDIDATES);
        List<Hit> hits = best(FollowUp.fuse(found, before, leans));
        return reading(own.vector(), read, hits, asked(own, whole, leans, hits, before));
    }

    /** What stays with the last question's document is asked with its words, too: of a table they choose the row. */
    private static Question asked(Question own, Question whole, boolean leans, List<Hit> hits, List<Hit> before) {
        if (leans || before.isEmpty()) {
            return leans ? whole : own;
        }
        boolean stays = hits.getFirst()
                .document()
                .id()
                .equals(before.getFirst().document().id());
        return stays ? new Question(whole.text(), own.vector(), own.tokens()) : own;
    }

    private static List<Hit> best(List<Hit> hits) {
        return hits.stream().limit(CANDIDATES).toList();
    }

    /** What a long message is for, by all of it; what it is about, by the one question in it where that finds more. */
    private Reading readLetter(Question letter, Question asked) {
        Signals.Reading read = signals.read(letter.vector());
        List<Hit> found = knowledgeBase.search(letter, CANDIDATES);
        List<Hit> hits = knowledgeBase.search(asked, CANDIDATES);
        return Answerability.evidence(hits) <= Answerability.evidence(found)
                ? reading(letter.vector(), read, found, letter)
                : new Reading(classify(letter.vector(), read, hits), signals.read(asked.vector()), hits, asked);
    }

    private Reading search(Question question) {
        Signals.Reading read = signals.read(question.vector());
        return reading(question.vector(), read, knowledgeBase.search(question, CANDIDATES), question);
    }

    /** @param vector of the message by itself */
    private Reading reading(float[] vector, Signals.Reading read, List<Hit> hits, Question question) {
        return new Reading(classify(vector, read, hits), read, hits, question);
    }

    private Classification classify(float[] vector, Signals.Reading read, List<Hit> hits) {
        return intents == null
                ? new Classification(Intent.FAQ, 0)
                : intents.classify(
                        vector,
                        read,
                        hits.stream().map(hit -> found(hit, vector.length)).toList());
    }

    private IntentClassifier.Found found(Hit hit, int dimensions) {
        Document document = hit.document();
        float[] vector = DocumentIntents.vector(knowledgeBase.sentences(document.id()), dimensions);
        return new IntentClassifier.Found(
                documentIntents.factors(vector, document.source()), Answerability.evidence(hit));
    }

    /** A question of a message that asks several. */
    record Part(String question, Reading reading) {}

    /**
     * The questions of a message that asks several, each searched for by itself; empty if it asks one thing, or if the
     * message as a whole finds what its questions find.
     */
    List<Part> parts(String masked) {
        List<Questions.Question> questions = Questions.of(masked, isSmallTalk);
        if (questions.isEmpty()) {
            return List.of();
        }
        List<Reading> readings = readEach(questions);
        List<Part> parts = new ArrayList<>();
        Set<String> documents = new HashSet<>();
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            String question = questions.get(i).text();
            // A second question with the answer of the first has its answer; "can you tell me" has none and needs none.
            boolean worthTelling = reading.isAnswerable()
                    ? documents.add(reading.hits().getFirst().document().id())
                    : Questions.isTelling(question);
            if (worthTelling) {
                parts.add(new Part(question, reading));
            }
        }
        return documents.isEmpty() || parts.size() < 2 ? List.of() : parts;
    }

    /** "What does it cost?" is searched for with the words of the question before it, too. */
    private List<Reading> readEach(List<Questions.Question> questions) {
        List<String> texts = new ArrayList<>();
        String topic = "";
        for (Questions.Question question : questions) {
            String own = forSearch(question.whole());
            boolean leans = !topic.isEmpty() && MessageText.leansOnThePast(question.text());
            texts.add(own);
            texts.add(leans ? Words.telling(topic) + " " + own : own);
            topic = leans ? topic + " " + own : own;
        }
        List<Question> queries = knowledgeBase.questions(texts);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < queries.size(); i += 2) {
            boolean leans = !texts.get(i).equals(texts.get(i + 1));
            readings.add(leans ? readBoth(queries.get(i), queries.get(i + 1), true) : search(queries.get(i)));
        }
        return readings;
    }

    /** Masks say nothing to a search. */
    static String forSearch(String masked) {
        String plain = MessageText.MASK.matcher(masked).replaceAll(" ").strip();
        return plain.isEmpty() ? masked : plain;
    }
}
