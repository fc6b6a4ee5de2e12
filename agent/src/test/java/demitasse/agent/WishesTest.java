package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.agent.pii.PiiFilter;
import demitasse.agent.pii.Redaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WishesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Call me Sam|Sam",
                "Hi, please call me Sam.|Sam",
                "please call me sam|sam",
                "My name is Robert Miller, but you can call me Rob!|Rob",
                "I go by Mary Ann, how long does a refund take?|Mary Ann",
                "I'd like to be called Dr. Okafor please|Dr. Okafor",
                "everyone calls me \"Zoë\"|Zoë",
                "call me O'Neil from now on|O'Neil",
            })
    void aNameToBeCalledBy(String text, String name) {
        assertEquals(name, Wishes.of(text).name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Please call me back",
                "call me tomorrow",
                "Call me Monday, please",
                "can you call me at 415-555-2671?",
                "your driver did not call me Tuesday",
                "Don't call me Sam",
                "Why did he call me Bob?",
                "my name is Robert Miller",
                "call me when it has arrived",
                "please call me on my mobile"
            })
    void noNameToBeCalledBy(String text) {
        assertNull(Wishes.of(text).name(), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please answer in German|de",
                "can you reply to me in French please?|fr",
                "I prefer Spanish|es",
                "Could we continue in Dutch?|nl",
                "Please write in deutsch|de",
                "I would like answers in Portuguese.|pt"
            })
    void aLanguage(String text, String code) {
        assertEquals(code, Wishes.of(text).language());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I answer in German?",
                "is the manual written in German?",
                "Please answer in detail",
                "I prefer morning deliveries",
                "please don't answer in German"
            })
    void noLanguage(String text) {
        assertNull(Wishes.of(text).language(), text);
    }

    @Test
    void aNameIsForgottenOnRequest() {
        assertEquals(Map.of("name", ""), Wishes.of("Please forget my name").changes());
        assertEquals(Map.of(), Wishes.of("I forgot my name tag").changes());
    }

    @Test
    void aMessageOfWishesAloneIsAnsweredAtOnce() {
        assertEquals(
                "preference.name",
                Wishes.of("Hi! Please call me Sam")
                        .phrase("Hi! Please call me [NAME]")
                        .orElseThrow());
        assertEquals(
                "preference.language",
                Wishes.of("please answer in German")
                        .phrase("please answer in German")
                        .orElseThrow());
        assertTrue(Wishes.of("call me Sam. where is it?")
                .phrase("call me [NAME]. where is it?")
                .isEmpty());
        assertTrue(Wishes.of("hello").phrase("hello").isEmpty());
    }

    @Test
    void theNameIsMaskedWhereverItStands() {
        String text = "😀 Qwibble here, mail q@b.example. Call me Qwibble.";
        Redaction redaction = Customer.redact(text, new PiiFilter(), "Qwibble");
        assertFalse(redaction.text().contains("Qwibble"), redaction.text());
        assertTrue(redaction.text().contains("[EMAIL]"), redaction.text());
        List<String> found = redaction.spans().stream()
                .map(span -> text.substring(
                        text.offsetByCodePoints(0, span.start()), text.offsetByCodePoints(0, span.end())))
                .toList();
        assertEquals(List.of("Qwibble", "q@b.example", "Qwibble"), found);
    }

    @Test
    void namesThatOverlapAreMaskedOnce() {
        String masked = Customer.redact("Qwib here, Qwib Zott, Qwibble.", new PiiFilter(), "Qwib", "Qwib Zott", "")
                .text();
        assertEquals("[NAME] here, [NAME], Qwibble.", masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "please write shorter",
                "Please answer in short sentences.",
                "keep it brief please",
                "shorter please",
                "can you be more concise?"
            })
    void shortAnswers(String text) {
        assertEquals(Map.of("length", "short"), Wishes.of(text).changes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "a short cable",
                "do you have a shorter one?",
                "more details about the pump",
                "make it shorter by 5 cm"
            })
    void noWishForShortAnswers(String text) {
        assertNull(Wishes.of(text).brief());
    }
}
