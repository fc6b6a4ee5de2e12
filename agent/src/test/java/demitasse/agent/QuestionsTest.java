package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionsTest {
    private static final Languages ENGLISH_SHOP = new Languages("en");

    private final SmallTalk smallTalk = new SmallTalk(LanguageFiles.bundled());

    private boolean isSmallTalk(String text) {
        return smallTalk.byRules(Heard.of(text, text, ENGLISH_SHOP)).isPresent();
    }

    private List<String> of(String message) {
        return Questions.of(message, this::isSmallTalk).stream()
                .map(Questions.Question::whole)
                .toList();
    }

    private Optional<String> letter(String message) {
        return Questions.inALetter(message, this::isSmallTalk);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            What are your opening hours and how do I return a parcel? | What are your opening hours | how do I return a parcel?
            How do I reset my password? Also, do you ship to Norway? | How do I reset my password? | Also, do you ship to Norway?
            can i pay by card, and when do i get my invoice | can i pay by card | when do i get my invoice
            how much is a large cup; do you sell tea? | how much is a large cup | do you sell tea?
            Hi! How are you? Where is my order? Do you have gift cards? | Hi! Where is my order? | Hi! Do you have gift cards?
            """)
    void cutsBetweenQuestions(String message, String first, String second) {
        assertEquals(List.of(first, second), of(message));
    }

    @Test
    void whatIsSaidBeforeBelongsToTheQuestionsAfterIt() {
        assertEquals(
                List.of("My kettle broke. Can I return the kettle?", "My kettle broke. How long is the warranty?"),
                of("My kettle broke. Can I return the kettle? How long is the warranty?"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do you ship to norway and what does it cost",
                "What are your opening hours?",
                "My kettle broke. Can I return it?",
                "I want to know how and when I get my refund",
                "Salt and pepper, what do you have?",
                "hello, how are you? when do you open on saturday?",
                "refund",
                ""
            })
    void leavesOneQuestionWhole(String message) {
        assertEquals(List.of(), of(message));
    }

    @Test
    void aHeapOfQuestionsIsReadAsOne() {
        String heap = Stream.of("a cup", "a pan", "a lid", "a jar", "a mug")
                .map(thing -> "Do you sell " + thing + "?")
                .reduce("", (all, one) -> all + " " + one);
        assertEquals(List.of(), of(heap));
    }

    @Test
    void tellsAQuestionFromAnAside() {
        assertTrue(Questions.asksSomething("Nice bot! Do your parents roast coffee?"));
        assertFalse(Questions.asksSomething("You are a nice bot. I like coffee roasting."));
        assertFalse(Questions.asksSomething("And you?"));
    }

    @Test
    void theOneQuestionOfALetterIsFound() {
        String chat = "We have been coming for years, and always loved it. ".repeat(10);
        assertEquals(
                Optional.of("What does the sauna cost?"), letter(chat + "Anyway. What does the sauna cost? " + chat));
        assertEquals(Optional.empty(), letter(chat));
        assertEquals(Optional.empty(), letter("What does the sauna cost?"));
        assertEquals(Optional.empty(), letter(chat + "What does it cost? When is it open?"));
    }
}
