package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person who takes over reads first. */
class HandoffSummaryTest {
    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder());
    private final List<Instant> now = new ArrayList<>(List.of(Instant.parse("2026-01-15T12:00:00Z")));
    private Assistant assistant;

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
                null,
                Retention.DEFAULT,
                new SteppingClock(now)));
    }

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private Reply ask(String message) {
        now.set(0, now.getFirst().plusSeconds(60));
        return assistant.reply("s", message, text -> {});
    }

    private String summary() {
        return assistant.openHandoff("s").orElseThrow().summary();
    }

    @Test
    void tellsWhatWasWantedAndTried() {
        ask("hello");
        Reply first = ask("When is the refund for order 58812 on my card? My mail is jane.roe@example.org");
        assistant.feedback("s", new Opinion(false, first.stored().answerId(), "incomplete", "call me on 415-555-2671"));
        ask("please answer in German");
        ask("How do I rinse the filter?");
        ask("I want to talk to a person");
        assertEquals("""
                asked: When is the refund for order 58812 on my card? My mail is [EMAIL]
                urgency: normal
                last: How do I rinse the filter?
                shown: Refund time; Washing the filter
                disliked: Refund time (incomplete, call me on [PHONE])
                details: order 58812; [EMAIL]
                language: en
                wishes: answers in German""", summary());
    }

    @Test
    void theMessageThatNeedsAPersonIsInIt() {
        ask("How do I rinse the filter?");
        ask("My machine caught fire and I burned my hand, invoice #90021");
        String summary = summary();
        assertTrue(summary.startsWith("safety: How do I rinse the filter?\nurgency: emergency\n"), summary);
        assertTrue(summary.contains("\nlast: My machine caught fire and I burned my hand, invoice #90021\n"), summary);
        assertTrue(summary.contains("\ndetails: invoice #90021\n"), summary);
    }

    @Test
    void anAskForAPersonAloneIsAllThereIs() {
        ask("I want to talk to a person");
        assertEquals("asked: I want to talk to a person\nurgency: normal\nlanguage: en", summary());
    }

    @Test
    void whatWasResolvedIsNoMatterAnyMore() {
        ask("How do I rinse the filter?");
        ask("talk to a person");
        assistant.resolve(assistant.openHandoff("s").orElseThrow().id());
        ask("When is my refund on the card?");
        ask("talk to a person");
        assertTrue(summary().startsWith("asked: When is my refund on the card?\n"), summary());
        assertFalse(summary().contains("filter"), summary());
    }

    @Test
    void questionsWithoutAnAnswerAreCounted() {
        ask("Wo ist meine Bestellung Nr. 4471182 vom 12.05.2024?");
        ask("Ich heiße Anna Schmidt, wo ist mein Paket?");
        assertEquals("""
                repeated_failure: Wo ist meine Bestellung Nr. 4471182 vom 12.05.2024?
                urgency: normal
                last: Ich heiße [NAME], wo ist mein Paket?
                unanswered: 2
                details: Bestellung Nr. 4471182; [NAME]
                language: de""", summary());
    }

    @Test
    void datesPricesAndYearsAreNoDetails() {
        ask("The 1500W model from 2024 for $1,299.00, bought 2025-11-28, 14 days ago, is broken");
        ask("talk to a person");
        assertFalse(summary().contains("details"), summary());
    }
}
