package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.agent.DailyCount.Measure;
import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackOfficeTest {
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");
    private static final LocalDate DAY = LocalDate.parse("2026-01-15");

    @TempDir
    Path folder;

    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder());
    private final List<Instant> now = new ArrayList<>(List.of(NOON));
    private Assistant assistant;
    private BackOffice office;

    @BeforeEach
    void open() {
        kb.put(List.of(
                new Document("refund", "Refund time", "A refund takes 5 working days to your card.", "policies"),
                new Document("wash", "Washing the filter", "Rinse the filter with cold water.", "products")));
        assistant = Assistant.open(new Assistant.Config(
                kb,
                new WordHashEmbedder(),
                null,
                AnswerMode.EXTRACTIVE,
                folder.resolve("assistant.db"),
                new Retention(Duration.ofDays(2), Duration.ofDays(30), Duration.ofDays(30)),
                new SteppingClock(now)));
        office = assistant.backOffice();
    }

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private void ask(String session, String message) {
        assistant.reply(session, message, text -> {});
    }

    private Map<String, Long> counts(Measure measure) {
        Map<String, Long> found = new TreeMap<>();
        for (DailyCount count : office.counts(DAY, DAY)) {
            if (count.measure() == measure) {
                found.put(count.label(), count.count());
            }
        }
        return found;
    }

    private List<String> unanswered() {
        return office.unanswered().stream()
                .map(question -> question.why() + ": " + question.text())
                .toList();
    }

    @Test
    void whatFoundNothingIsListedMasked() {
        ask("a", "refund time?");
        ask("a", "What is the capital of Peru? Tell me@example.org");
        ask("b", "what is the height of Everest?");
        ask("c", "I want to talk to a person");
        ask("c", "hello");
        assertEquals(
                List.of(
                        "declined: what is the height of Everest?",
                        "declined: What is the capital of Peru? Tell [EMAIL]"),
                unanswered());
        UnansweredQuestion newest = office.unanswered().getFirst();
        assertEquals("en", newest.language());
        assertEquals(NOON, newest.at());
    }

    /** The head that tells small talk needs the real encoder. */
    @Test
    void smallTalkThatAsksSomethingIsListed() {
        try (KnowledgeBase documents = KnowledgeBase.inMemory(TestEmbedder.miniLm())) {
            documents.put(kb.documents());
            try (Assistant talker = Assistant.open(
                    new Assistant.Config(documents, TestEmbedder.miniLm(), null, AnswerMode.EXTRACTIVE, null))) {
                Reply reply = talker.reply("a", "are you married or do you have a girlfriend?", text -> {});
                assertEquals(Intent.CHITCHAT, reply.intent());
                talker.reply("a", "you are so funny", text -> {});
                assertEquals(
                        List.of("aside"),
                        talker.backOffice().unanswered().stream()
                                .map(UnansweredQuestion::why)
                                .toList());
            }
        }
    }

    @Test
    void aDislikedAnswerIsListedToo() {
        ask("a", "refund time?");
        assistant.feedback("a", true, null);
        assertEquals(List.of(), unanswered());
        assistant.feedback("a", false, "I am me@example.org and that is wrong");
        assertEquals(List.of("disliked: refund time?"), unanswered());
        assertEquals(Map.of("like", 1L, "dislike", 1L), counts(Measure.FEEDBACK));
        ask("b", "I want to talk to a person");
        assistant.feedback("b", false, null);
        assertEquals(1, unanswered().size(), "no document makes up for a person");
        assertEquals(
                "I am [EMAIL] and that is wrong", office.comments().getFirst().comment());
    }

    @Test
    void anOpinionTakesThePlaceOfTheOneBefore() {
        long answer = assistant.reply("a", "refund time?", text -> {}).stored().answerId();
        ask("a", "hello");
        assistant.feedback("a", new Opinion(false, answer, "wrong", ""));
        assertEquals(List.of("disliked: refund time?"), unanswered());
        assertEquals(Map.of("wrong", 1L), counts(Measure.FEEDBACK_REASON));
        assistant.feedback("a", new Opinion(true, answer, "", ""));
        assertEquals(List.of(), unanswered());
        assertEquals(Map.of("like", 1L), counts(Measure.FEEDBACK));
        assertEquals(Map.of(), counts(Measure.FEEDBACK_REASON));
    }

    @Test
    void aQuestionOnceTooOftenIsListedAndHandedOver() {
        ask("a", "capital of Peru?");
        ask("a", "height of Everest?");
        assertEquals(2, office.unanswered().size());
        assertEquals(Map.of("repeated_failure", 1L), counts(Measure.HANDOFF));
        assertEquals(Map.of("declined", 2L), counts(Measure.OUTCOME));
    }

    @Test
    void settledQuestionsLeaveTheList() {
        ask("a", "capital of Peru?");
        ask("b", "height of Everest?");
        long everest = office.unanswered().getFirst().id();
        assertEquals(1, office.settle(List.of(everest, 17L)));
        assertEquals(0, office.settle(List.of(everest)));
        assertEquals(List.of("declined: capital of Peru?"), unanswered());
    }

    @Test
    void anErasedSessionLeavesCountsOnly() throws IOException {
        ask("gone", "what is a FORGETME?");
        ask("gone", "what is a FORGETME for?");
        assistant.feedback("gone", false, "FORGETME");
        ask("kept", "capital of Peru?");
        assertEquals(2, office.unansweredTopics().size());
        assertTrue(RawFiles.contain(folder, "FORGETME") && RawFiles.contain(folder, "gone"));
        Map<String, Long> before = counts(Measure.OUTCOME);
        assertTrue(assistant.erase("gone"));
        assertFalse(RawFiles.contain(folder, "FORGETME") || RawFiles.contain(folder, "gone"));
        assertEquals(List.of("declined: capital of Peru?"), unanswered());
        assertEquals(1, office.unansweredTopics().size());
        assertEquals(List.of(), office.comments());
        assertEquals(before, counts(Measure.OUTCOME));
        assertEquals(Map.of("new", 2L), counts(Measure.CONVERSATIONS));
    }

    @Test
    void questionsEndWithTheirTexts() {
        ask("a", "capital of Peru?");
        now.set(0, NOON.plus(Duration.ofDays(3)));
        assistant.sweep();
        assertEquals(List.of(), unanswered());
        assertEquals(List.of(), office.unansweredTopics());
        assertEquals(Map.of("declined", 1L), counts(Measure.OUTCOME));
    }

    @Test
    void handoffsAreCountedByReasonUrgencyAndWait() {
        ask("a", "I want to talk to a person");
        ask("b", "I want to talk to a person");
        ask("b", "I want to kill myself");
        assertEquals(Map.of("asked", 1L, "self_harm", 1L), counts(Measure.HANDOFF));
        assertEquals(Map.of("0", 1L, "2", 1L), counts(Measure.URGENCY));
        now.set(0, NOON.plusSeconds(200));
        for (Handoff handoff : assistant.openHandoffs()) {
            assistant.claim(handoff.id(), "Kim");
            assistant.answer(handoff.id(), "Kim", "hello");
        }
        assertEquals(Map.of("300", 2L), counts(Measure.WAIT));
        ask("a", "thank you, and the parcel?");
        assertEquals(Map.of("handed_over", 3L, "with_person", 1L), counts(Measure.OUTCOME));
        assertEquals(Map.of("escalate", 3L), counts(Measure.INTENT));
    }

    @Test
    void daysAndLanguagesAreToldApart() {
        ask("a", "refund time?");
        ask("b", "wie lange dauert die Rückerstattung auf mein Konto und warum?");
        now.set(0, NOON.plus(Duration.ofDays(1)));
        ask("a", "refund time?");
        assertEquals(Map.of("en", 1L, "de", 1L), counts(Measure.LANGUAGE));
        assertEquals(Map.of("answered", 1L, "language", 1L), counts(Measure.OUTCOME));
        assertEquals(
                Set.of(DAY, DAY.plusDays(1)),
                Set.copyOf(office.counts(DAY, office.today()).stream()
                        .map(DailyCount::day)
                        .toList()));
        assertEquals(
                2, counts(Measure.LATENCY).values().stream().mapToLong(n -> n).sum());
    }

    @Test
    void aPreviewIsWhatACustomerWouldBeToldAndLeavesNothing() throws IOException {
        Preview found = office.preview("refund time? me@example.org");
        assertEquals("refund time?", found.question());
        assertEquals("refund", found.hits().getFirst().document().id());
        assertTrue(
                found.reply().answer().contains("5 working days"), found.reply().answer());
        assertEquals(List.of("email"), found.reply().masked());
        assertTrue(office.preview("capital of Peru?").reply().declined());
        assertEquals(
                "asked", office.preview("I want to talk to a person").reply().reason());
        assertTrue(office.preview("wie lange dauert die Rückerstattung auf mein Konto und warum?")
                .reply()
                .declined());
        assertEquals(List.of(), office.counts(DAY, DAY));
        assertEquals(List.of(), assistant.openHandoffs());
        assertFalse(RawFiles.contain(folder, "Peru"));
    }

    @Test
    void aNewDocumentIsInTheNextAnswer() {
        assertTrue(office.preview("capital of Peru?").reply().declined());
        office.knowledge().put(List.of(new Document("peru", "Capital of Peru", "The capital of Peru is Lima.", "")));
        assertTrue(office.preview("capital of Peru?").reply().answer().contains("Lima"));
        ask("a", "capital of Peru?");
        assertEquals(
                "The capital of Peru is Lima.", assistant.history("a").getLast().text());
    }

    /** The same questions in another order make the same topics. */
    @Test
    void topicsAreAboutOneThingEach() {
        List<String> texts = List.of(
                "Do you ship to Iceland?",
                "can my parcel be delivered to Iceland",
                "shipping to Iceland possible?",
                "Is there a vegan menu?",
                "which of your dishes are vegan",
                "How do I change my password?");
        List<float[]> vectors = TestEmbedder.miniLm().embed(texts);
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(order, new Random(seed));
            List<UnansweredTopic> topics = Topics.of(
                    order.stream()
                            .map(i -> new UnansweredQuestion(i, texts.get(i), NOON, "declined", "faq", "en"))
                            .toList(),
                    order.stream().map(vectors::get).toList());
            assertEquals(
                    List.of(List.of(2L, 1L, 0L), List.of(4L, 3L), List.of(5L)),
                    topics.stream()
                            .map(topic -> topic.questions().stream()
                                    .map(UnansweredQuestion::id)
                                    .toList())
                            .toList());
        }
    }
}
