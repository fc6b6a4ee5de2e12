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
import java.util.function.Consumer;

/** Everything about answering that does not depend on who asks. Immutable. */
final class Responder {
    private static final int CANDIDATES = 5;
    /** As many as are read: the document that both searches think well of need not be the best of either. */
    private static final int FOLLOW_UP_CANDIDATES = 8;
    /** Score of a document as most questions find one. */
    private static final double SOME_DOCUMENT = 0.5;

    private final KnowledgeBase knowledgeBase;
    private final Answers answers;
    private final GeneratedAnswers generated;
    /** Null where the embedder is not the one that the heads were trained on. */
    private final IntentClassifier intents;

    private final Signals signals;
    private final Escalation escalation;
    private final Phrases phrases;
    private final Languages languages;

    Responder(Assistant.Config config, Phrases phrases) {
        knowledgeBase = config.knowledgeBase();
        this.phrases = phrases;
        languages = new Languages(phrases.get("languages"));
        answers = new Answers(knowledgeBase::sentences);
        boolean generates = config.generator() != null && config.answers() == AnswerMode.GENERATED;
        generated = generates ? new GeneratedAnswers(config.generator()) : null;
        IntentClassifier bundled = IntentClassifier.bundled();
        int dimensions = config.embedder().dimensions();
        boolean trained = dimensions == bundled.dimensions();
        intents = trained ? bundled : null;
        signals = trained ? Signals.bundled() : Signals.untrained(dimensions);
        escalation = Escalation.bundled();
    }

    private Responder(Responder other, GeneratedAnswers generated) {
        knowledgeBase = other.knowledgeBase;
        answers = other.answers;
        this.generated = generated;
        intents = other.intents;
        signals = other.signals;
        escalation = other.escalation;
        phrases = other.phrases;
        languages = other.languages;
    }

    /** The same without a model. */
    Responder extractive() {
        return generated == null ? this : new Responder(this, null);
    }

    /** What is known about a question after reading and searching. */
    record Reading(Classification classification, Signals.Reading signals, List<Hit> hits, Question question) {
        boolean isAnswerable() {
            return Answerability.isAnswerable(hits, signals);
        }

        boolean isUnsure() {
            return Answerability.isUnsure(hits, signals);
        }

        private double best() {
            return Answerability.best(hits);
        }
    }

    Optional<Escalation.Reason> escalationByRules(String masked) {
        return escalation.byRules(masked);
    }

    /** A reason without keywords, unless the words are those of a known other meaning. */
    Optional<Escalation.Reason> escalationByHead(String masked, Reading reading) {
        return escalationByHead(masked, reading.signals(), reading.best());
    }

    private Optional<Escalation.Reason> escalationByHead(String masked, Signals.Reading read, double bestScore) {
        return read.reason(bestScore).filter(reason -> !escalation.isExcused(reason, masked));
    }

    /** By itself, without documents. What goes to a person, or is small talk, by its words, is that. */
    Classification classify(String masked) {
        if (escalationByRules(masked).isPresent()) {
            return new Classification(Intent.ESCALATE, 1);
        }
        if (SmallTalk.byRules(masked).isPresent()) {
            return new Classification(Intent.CHITCHAT, 1);
        }
        float[] vector = knowledgeBase.question(forSearch(masked)).vector();
        Signals.Reading read = signals.read(vector);
        Classification found = classify(vector, read);
        boolean needsPerson = IntentClassifier.isUnsure(found)
                && escalationByHead(masked, read, SOME_DOCUMENT).isPresent();
        return needsPerson ? new Classification(Intent.ESCALATE, read.reasonProbability()) : found;
    }

    private Classification classify(float[] vector, Signals.Reading read) {
        return intents == null ? new Classification(Intent.FAQ, 0) : intents.classify(vector, read);
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
        Optional<String> asked = Questions.inALetter(masked).map(Responder::forSearch);
        List<String> texts = new ArrayList<>(List.of(own));
        if (goesOn) {
            texts.add(Words.telling(forSearch(topic)) + " " + own);
        }
        asked.ifPresent(texts::add);
        long start = System.nanoTime();
        List<Question> questions = knowledgeBase.questions(texts);
        long embedded = System.nanoTime();
        timings.put("embed", millis(embedded - start));
        Reading reading = goesOn
                ? readBoth(questions.getFirst(), questions.getLast(), MessageText.leansOnThePast(masked))
                : asked.isPresent()
                        ? readLetter(questions.getFirst(), questions.getLast())
                        : search(questions.getFirst());
        timings.put("search", millis(System.nanoTime() - embedded));
        return reading;
    }

    /** What the message is for, by its own words; what it is about, by both searches. */
    private Reading readBoth(Question own, Question whole, boolean leans) {
        Reading reading = search(own, FOLLOW_UP_CANDIDATES);
        // With the words of a question that has an answer, nearly everything seems to have that answer.
        if (!leans && !reading.isAnswerable()) {
            return new Reading(reading.classification, reading.signals, best(reading.hits), own);
        }
        List<Hit> before = knowledgeBase.search(whole, FOLLOW_UP_CANDIDATES);
        List<Hit> hits = best(FollowUp.fuse(reading.hits, before, leans));
        return new Reading(reading.classification, reading.signals, hits, asked(own, whole, leans, hits, before));
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
        Reading reading = search(letter);
        List<Hit> hits = knowledgeBase.search(asked, CANDIDATES);
        return Answerability.evidence(hits) <= Answerability.evidence(reading.hits)
                ? reading
                : new Reading(reading.classification, signals.read(asked.vector()), hits, asked);
    }

    private Reading search(Question question) {
        return search(question, CANDIDATES);
    }

    private Reading search(Question question, int most) {
        List<Hit> hits = knowledgeBase.search(question, most);
        Signals.Reading read = signals.read(question.vector());
        return new Reading(classify(question.vector(), read), read, hits, question);
    }

    /** A question of a message that asks several. */
    record Part(String question, Reading reading) {}

    /**
     * The questions of a message that asks several, each searched for by itself; empty if it asks one thing, or if the
     * message as a whole finds what its questions find.
     */
    List<Part> parts(String masked) {
        List<Questions.Question> questions = Questions.of(masked);
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

    /** The best passages for a question, also where they do not answer it: who reads them can tell. */
    List<Suggestion> suggest(String masked, int most) {
        Reading reading = search(knowledgeBase.question(forSearch(masked)));
        List<Hit> fitting = reading.isAnswerable() ? Answerability.sources(reading.hits()) : List.of();
        return reading.hits().stream()
                .limit(most)
                .map(hit -> new Suggestion(
                        hit.document().id(),
                        hit.document().title(),
                        hit.document().source(),
                        answers.extract(List.of(hit), reading.question()),
                        hit.score(),
                        fitting.contains(hit)))
                .toList();
    }

    Optional<Document> document(String id) {
        return knowledgeBase.document(id);
    }

    /**
     * What a follow-up may lean on: the last question, and if that is a follow-up itself, what it leans on too; no
     * greetings and no wishes for a person.
     */
    String topic(List<String> newestFirst) {
        String topic = "";
        for (String text : newestFirst) {
            if (!isAside(text)) {
                topic = (text + " " + topic).strip();
                if (!MessageText.leansOnThePast(text)) {
                    break;
                }
            }
        }
        return topic;
    }

    /** A greeting or the like, or a wish for a person: nothing to be answered from documents. */
    boolean isAside(String text) {
        return escalationByRules(text).isPresent() || Remarks.kind(text).isPresent();
    }

    /** Masks say nothing to a search. */
    static String forSearch(String masked) {
        String plain = MessageText.MASK.matcher(masked).replaceAll(" ").strip();
        return plain.isEmpty() ? masked : plain;
    }

    /** @param language code of the customer's, where it is known; else empty */
    Wording wording(String language) {
        return Wording.of(language, phrases, languages);
    }

    /** Titles of the topics that are near a question without an answer, readable; empty if none are. */
    String near(Reading reading) {
        return Answerability.near(reading.hits(), reading.signals());
    }

    /** The code of the message's language, if the knowledge base surely does not have it. */
    Optional<String> foreignLanguage(String message) {
        return languages.foreign(message);
    }

    /** The code of a message's language, as far as that is known. */
    String language(String message) {
        return languages.of(message);
    }

    /** @param generated whether a model wrote it, and the check let it pass */
    record Answer(String text, boolean generated) {}

    /**
     * The answer to a question that the hits answer.
     *
     * @param wished what the customer wishes for
     */
    Answer answer(Reading reading, Preferences wished, Map<String, Double> timings, Consumer<String> onText) {
        return answer(reading, wished, Answerability.sources(reading.hits()), timings, onText);
    }

    /** From the best document alone, for one question of several. */
    Answer answerShortly(Reading reading, Preferences wished, Map<String, Double> timings, Consumer<String> onText) {
        return answer(reading, wished, List.of(reading.hits().getFirst()), timings, onText);
    }

    private Answer answer(
            Reading reading, Preferences wished, List<Hit> used, Map<String, Double> timings, Consumer<String> onText) {
        if (generated != null) {
            long start = System.nanoTime();
            Optional<String> text = generated.answer(reading.question().text(), used, wished.language());
            timings.put("generate", millis(System.nanoTime() - start));
            if (text.isPresent()) {
                onText.accept(text.get());
                return new Answer(text.get(), true);
            }
        }
        String text = answers.extract(used, reading.question(), wished.brief());
        onText.accept(text);
        return new Answer(text, false);
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
