package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private final List<StoredMessage> history = new ArrayList<>();

    private void exchange(String question, String answer, String... sources) {
        add("customer", question, List.of());
        add("assistant", answer, List.of(sources));
    }

    private void add(String role, String text, List<String> sources) {
        history.add(new StoredMessage(history.size() + 1, "s", role, text, Instant.EPOCH, sources));
    }

    /** A word is a token. */
    private Memory memory(int recent, int summary) {
        return Memory.of(history, recent, summary, text -> text.split(" ").length);
    }

    private static List<String> texts(Memory memory) {
        return memory.recent().stream().map(StoredMessage::text).toList();
    }

    @Test
    void allOfAShortConversationIsRecent() {
        exchange("one two", "three four");
        assertEquals(List.of("one two", "three four"), texts(memory(4, 100)));
        assertEquals("", memory(4, 100).summary());
    }

    @Test
    void theBudgetCountsTokensNotMessages() {
        exchange("a", "b");
        exchange("c", "d");
        exchange("e", "f");
        assertEquals(6, memory(6, 100).recent().size());
        history.clear();
        exchange("a", "b");
        exchange("five words of a question", "four words of answer");
        assertEquals(List.of("five words of a question", "four words of answer"), texts(memory(10, 100)));
    }

    @Test
    void halfAnExchangeIsLeftOut() {
        exchange("a long question of seven words indeed", "b");
        exchange("c", "d");
        assertEquals(List.of("c", "d"), texts(memory(4, 100)));
    }

    @Test
    void whatIsOlderIsToldInFewWords() {
        exchange(
                "Hello there. I have a problem. How long does a refund take? Thanks.",
                "5 days",
                "Refund time",
                "Cards");
        exchange("And returns?", "I do not know");
        exchange("c", "d");
        Memory memory = memory(2, 100);
        assertEquals(
                "- How long does a refund take? (answered from: Refund time, Cards)\n- And returns?", memory.summary());
        assertEquals(List.of("c", "d"), texts(memory));
    }

    @Test
    void theOldestGivesWayInTheSummary() {
        for (int i = 0; i < 50; i++) {
            exchange("question number " + i + "?", "x");
        }
        Memory memory = memory(0, 12);
        assertEquals(3, memory.summary().lines().count());
        assertTrue(memory.summary().endsWith("- question number 49?"), memory.summary());
        assertEquals(List.of(), memory.recent());
    }
}
