package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextsTest {
    @Test
    void holdsBackWhatMayBecomeAStopText() {
        StopTexts stops = new StopTexts(List.of("User:", "##"));
        assertEquals("Hello ", stops.next("Hello Us"));
        assertEquals("", stops.next("er"));
        assertEquals("User", stops.next("s are").substring(0, 4));
        assertEquals("", stops.next("#"));
        assertEquals("#", stops.flush());
    }

    @Test
    void cutsBeforeTheFirstStopText() {
        StopTexts stops = new StopTexts(List.of("END", "abc"));
        assertEquals("12", stops.next("12ab"));
        assertEquals("", stops.next("c END"));
        assertEquals(true, stops.found());
        assertEquals("", stops.next("more"));
        assertEquals("", stops.flush());
    }

    @Test
    void overlappingBeginningsAreKept() {
        StopTexts stops = new StopTexts(List.of("aab"));
        assertEquals("a", stops.next("aaa"));
        assertEquals("", stops.next("b"));
        assertEquals(true, stops.found());
    }

    @Test
    void emptyStopTextsStopNothing() {
        StopTexts stops = new StopTexts(List.of(""));
        assertEquals("text", stops.next("text"));
    }
}
