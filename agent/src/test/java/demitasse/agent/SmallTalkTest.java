package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallTalkTest {
    private static final Languages ENGLISH_SHOP = new Languages("en");

    private final SmallTalk smallTalk = new SmallTalk(LanguageFiles.bundled());

    private Optional<String> kind(String text) {
        return smallTalk.byRules(Heard.of(text, text, ENGLISH_SHOP)).map(SmallTalk.Found::kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            greeting | Hello there!
            greeting | good morning
            thanks | thanks for that
            thanks | Thank you so much
            bye | ok bye
            how_are_you | how are you today
            who_are_you | what are you, a bot or human
            who_are_you | Who made you?
            joke | do you know any good jokes
            praise | great talk, take it easy
            """)
    void knowsKinds(String kind, String text) {
        assertEquals(Optional.of(kind), kind(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hi, where is my order?",
                "thanks, but how long does a refund take?",
                "are you open on Sundays?",
                "what is your return policy",
                "how are you going to refund me",
                "are you delivering to Norway"
            })
    void leavesQuestionsToTheSearch(String text) {
        assertEquals(Optional.empty(), kind(text));
    }
}
