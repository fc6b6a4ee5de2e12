package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemarksTest {
    private final Remarks remarks = new Remarks(new SmallTalk(LanguageFiles.bundled()));

    private Optional<String> kind(String message) {
        return remarks.of(Heard.of(message, message, new Languages("en"))).map(SmallTalk.Found::kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bye        | ok thanks, bye
            bye        | Thanks a lot! Bye!
            bye        | perfect thank you see you later
            thanks     | hi, thanks for your help
            thanks     | k thx
            thanks     | 👍
            thanks     | no, thanks
            how_are_you | hello, how are you?
            greeting   | helo
            greeting   | anybody there?
            greeting   | hey, you there?
            yes        | yes please
            yes        | Yeah, do that
            no         | no
            no         | nope, that's all
            small_talk | kk
            no_words   | ???
            no_words   | .
            no_words   | 🤷
            """)
    void isNoQuestion(String kind, String message) {
        assertEquals(Optional.of(kind), kind(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no, the other one",
                "ok, and how much is it?",
                "thanks, what about Sundays?",
                "yes but only in July",
                "hi, refund?",
                "2",
                "ok cancel it",
                "is anybody there on Sundays?",
                "请问"
            })
    void mayBeAQuestion(String message) {
        assertEquals(Optional.empty(), kind(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete my data please",
                "I want to erase all my personal data",
                "remove my personal information from your system",
                "can you delete this chat?",
                "please forget everything I told you",
                "how do I export my data?",
                "I would like a copy of my data",
                "what data do you have about me?",
                "forget me"
            })
    void asksForOwnData(String message) {
        assertTrue(Remarks.asksForOwnData(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete my account",
                "how do I erase my data from the phone before I send it back",
                "forget my last order",
                "where do I see my order details",
                "I want to erase everything, I can't go on",
                "does the watch delete my data?"
            })
    void asksForSomethingElse(String message) {
        assertFalse(Remarks.asksForOwnData(message));
    }
}
