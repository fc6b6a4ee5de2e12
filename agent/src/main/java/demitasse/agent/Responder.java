package demitasse.agent;

import demitasse.rag.Document;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Everything about answering that does not depend on who asks. Immutable. */
final class Responder {
    /** The phrase that names the languages of the knowledge base, where a shop says so itself. */
    private static final String LANGUAGES = "languages";

    /** Score of a document as most questions find one. */
    private static final double SOME_DOCUMENT = 0.5;

    private final KnowledgeBase knowledgeBase;
    private final Answers answers;
    private final GeneratedAnswers generated;
    private final QuestionReader reader;
    private final Escalation escalation;
    private final Remarks remarks;
    private final Phrases phrases;
    private final Supplier<Languages> languages;

    /** @throws IllegalArgumentException if a file of the shop's own texts is at fault, saying where */
    Responder(Assistant.Config config) {
        knowledgeBase = config.knowledgeBase();
        LanguageFiles files = LanguageFiles.with(config.texts());
        escalation = new Escalation(files);
        remarks = new Remarks(new SmallTalk(files));
        phrases = Phrases.of(files);
        languages = phrases.setting(LANGUAGES)
                .map(Responder::always)
                .orElseGet(() -> new KnowledgeLanguages(knowledgeBase));
        answers = new Answers(knowledgeBase::sentences);
        boolean generates = config.generator() != null && config.answers() == AnswerMode.GENERATED;
        generated = generates ? new GeneratedAnswers(config.generator()) : null;
        reader = new QuestionReader(
                knowledgeBase,
                config.embedder().dimensions(),
                text -> smallTalk(heard(text, text)).isPresent());
    }

    private static Supplier<Languages> always(String codes) {
        Languages stated = new Languages(codes);
        return () -> stated;
    }

    private Responder(Responder other, GeneratedAnswers generated) {
        knowledgeBase = other.knowledgeBase;
        answers = other.answers;
        this.generated = generated;
        reader = other.reader;
        escalation = other.escalation;
        remarks = other.remarks;
        phrases = other.phrases;
        languages = other.languages;
    }

    /** The same without a model. */
    Responder extractive() {
        return generated == null ? this : new Responder(this, null);
    }

    Heard heard(String masked, String written) {
        return Heard.of(masked, written, languages.get());
    }

    Optional<Escalation.Found> escalationByRules(Heard message) {
        return escalation.byRules(message);
    }

    Optional<SmallTalk.Found> smallTalk(Heard message) {
        return remarks.of(message);
    }

    /** A reason without keywords, unless the words are those of a known other meaning. */
    Optional<Escalation.Reason> escalationByHead(Heard message, QuestionReader.Reading reading) {
        return escalationByHead(message, reading.signals(), reading.best());
    }

    private Optional<Escalation.Reason> escalationByHead(Heard message, Signals.Reading read, double bestScore) {
        return read.reason(bestScore).filter(reason -> !escalation.isExcused(reason, message));
    }

    /** By itself, without documents. What goes to a person, or is small talk, by its words, is that. */
    Classification classify(Heard message) {
        if (escalationByRules(message).isPresent()) {
            return new Classification(Intent.ESCALATE, 1);
        }
        if (smallTalk(message).isPresent()) {
            return new Classification(Intent.CHITCHAT, 1);
        }
        QuestionReader.Reading alone = reader.alone(message.masked());
        boolean needsPerson = IntentClassifier.isUnsure(alone.classification())
                && escalationByHead(message, alone.signals(), SOME_DOCUMENT).isPresent();
        return needsPerson
                ? new Classification(Intent.ESCALATE, alone.signals().reasonProbability())
                : alone.classification();
    }

    /** @see QuestionReader#read(String, String, Map) */
    QuestionReader.Reading read(String masked, String topic, Map<String, Double> timings) {
        return reader.read(masked, topic, timings);
    }

    /** @see QuestionReader#parts */
    List<QuestionReader.Part> parts(String masked) {
        return reader.parts(masked);
    }

    /** The best passages for a question, also where they do not answer it: who reads them can tell. */
    List<Suggestion> suggest(String masked, int most) {
        QuestionReader.Reading reading = reader.read(masked);
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
        Heard message = heard(text, text);
        return escalationByRules(message).isPresent() || smallTalk(message).isPresent();
    }

    /** @param language code of the customer's, where it is known; else empty: then the main one of the knowledge base */
    Wording wording(String language) {
        Languages spoken = languages.get();
        return Wording.of(language.isEmpty() ? spoken.first() : language, phrases, spoken);
    }

    /** Titles of the topics that are near a question without an answer, readable; empty if none are. */
    String near(QuestionReader.Reading reading) {
        return Answerability.near(reading.hits(), reading.signals());
    }

    /** The code of the message's language, if the knowledge base surely does not have it. */
    Optional<String> foreignLanguage(String message) {
        return languages.get().foreign(message);
    }

    /** The code of a message's language, if that is sure. */
    Optional<String> knownLanguage(String message) {
        return languages.get().known(message);
    }

    /** The code of a message's language, as far as that is known. */
    String language(String message) {
        return languages.get().of(message);
    }

    /** @param generated whether a model wrote it, and the check let it pass */
    record Answer(String text, boolean generated) {}

    /**
     * The answer to a question that the hits answer.
     *
     * @param wished what the customer wishes for
     */
    Answer answer(
            QuestionReader.Reading reading, Preferences wished, Map<String, Double> timings, Consumer<String> onText) {
        return answer(reading, wished, Answerability.sources(reading.hits()), timings, onText);
    }

    /** From the best document alone, for one question of several. */
    Answer answerShortly(
            QuestionReader.Reading reading, Preferences wished, Map<String, Double> timings, Consumer<String> onText) {
        return answer(reading, wished, List.of(reading.hits().getFirst()), timings, onText);
    }

    private Answer answer(
            QuestionReader.Reading reading,
            Preferences wished,
            List<Hit> used,
            Map<String, Double> timings,
            Consumer<String> onText) {
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
