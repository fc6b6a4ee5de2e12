package demitasse.agent;

import demitasse.agent.pii.PiiFilter;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** For those who write the documents and want to know how the assistant fares. Safe for several threads. */
public final class BackOffice {
    /** So many unanswered questions are looked at, the newest; clustering takes the square of their number. */
    public static final int MAX_QUESTIONS = 300;

    private static final int PREVIEW_HITS = 10;
    private static final int MAX_COMMENTS = 50;

    private final Store store;
    private final KnowledgeBase knowledge;
    private final Embedder embedder;
    private final Clock clock;
    private final PiiFilter pii;
    private final Function<String, Reply> rehearsal;
    /** Vectors of the questions that were clustered last; nothing of a question that is gone stays longer than that. */
    private Map<Long, float[]> vectors = Map.of();

    /** @param rehearsal answers a text as that of a new customer, and keeps nothing */
    BackOffice(Store store, Assistant.Config config, PiiFilter pii, Function<String, Reply> rehearsal) {
        this.store = store;
        this.knowledge = config.knowledgeBase();
        this.embedder = config.embedder();
        this.clock = config.clock();
        this.pii = pii;
        this.rehearsal = rehearsal;
    }

    /** What the assistant answers from. A change of it is in the next answer. */
    public KnowledgeBase knowledge() {
        return knowledge;
    }

    /** The days of {@link DailyCount}s begin and end with UTC's. */
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** What a new customer would be told; nothing of it is kept or counted. */
    public Preview preview(String message) {
        String text = MessageText.normalise(message);
        String query = QuestionReader.forSearch(pii.redact(text).text());
        return new Preview(knowledge.repair(query), knowledge.search(query, PREVIEW_HITS), rehearsal.apply(text));
    }

    /** What found no good answer and is not settled, the newest first, at most {@link #MAX_QUESTIONS}. */
    public List<UnansweredQuestion> unanswered() {
        return store.openQuestions(MAX_QUESTIONS);
    }

    /** {@link #unanswered} by what they are about, the topic with the most questions first. */
    public synchronized List<UnansweredTopic> unansweredTopics() {
        List<UnansweredQuestion> questions = unanswered();
        List<UnansweredQuestion> unknown = questions.stream()
                .filter(question -> !vectors.containsKey(question.id()))
                .toList();
        List<String> texts = unknown.stream()
                .map(question -> QuestionReader.forSearch(question.text()))
                .toList();
        List<float[]> made = texts.isEmpty() ? List.of() : embedder.embed(texts);
        Map<Long, float[]> all = new HashMap<>();
        for (int i = 0; i < made.size(); i++) {
            all.put(unknown.get(i).id(), made.get(i));
        }
        for (UnansweredQuestion question : questions) {
            all.computeIfAbsent(question.id(), vectors::get);
        }
        vectors = all;
        return Topics.of(
                questions,
                questions.stream().map(question -> all.get(question.id())).toList());
    }

    /**
     * Takes questions from the list: there is an answer now, or none is wanted.
     *
     * @param ids of {@link UnansweredQuestion}s; others are passed over
     * @return how many were taken
     */
    public int settle(Collection<Long> ids) {
        return store.settle(ids);
    }

    /** Both days included, the oldest first. */
    public List<DailyCount> counts(LocalDate from, LocalDate to) {
        return store.counts(from, to);
    }

    /** What customers wrote about answers, masked, the newest first. */
    public List<SessionData.Feedback> comments() {
        return store.comments(MAX_COMMENTS);
    }
}
