package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermsTest {
    @ParameterizedTest
    @CsvSource({
        "refunds, refunded",
        "shipping, shipped",
        "cancellation, cancelled",
        "charges, charging",
        "delivery, deliveries",
        "boxes, box",
        "policy, policies",
        "returning, returns"
    })
    void formsOfAWordShareAStem(String one, String other) {
        assertEquals(Terms.stem(one), Terms.stem(other));
    }

    @ParameterizedTest
    @CsvSource({"class", "bus", "this", "bring", "red", "espresso", "x200"})
    void doesNotCutWhatIsNoEnding(String word) {
        assertEquals(word, Terms.stem(word));
    }

    @Test
    void foldsAndDropsStopWords() {
        assertEquals(List.of("email", "caf", "wifi", "resum"), Terms.of("My E-Mail: don't the CAFÉ's Wi-Fi; résumé"));
        assertEquals(List.of("退", "款", "123"), Terms.of("退款 １２３"));
    }

    @ParameterizedTest
    @CsvSource({
        "refund, refudn, 1",
        "refund, refnud, 1",
        "refund, refun, 1",
        "abc, abc, 0",
        "delivery, dilivary, 2",
        "ca, abc, 3"
    })
    void countsEdits(String a, String b, int distance) {
        assertEquals(distance, Spelling.distance(a, b, 5));
    }

    @Test
    void repairsOnlyWhatIsNearAndUnknown() {
        Spelling spelling = spelling("Return policy\nRefund to your card. Espresso.");
        assertEquals("returning refund to hous", spelling.repair("returning refnud to hous"));
        assertEquals("espresso xespresso", spelling.repair("esperso xespresso").replace("esperso", "espresso"));
        assertEquals("power returned here", spelling("powder").repair("power returned here"));
        // English words, and other forms of them, are none, though these documents do not have them.
        for (String word : List.of("user", "parking", "tracking", "password", "stove", "thursday", "cant")) {
            assertEquals(
                    word,
                    spelling("use packing taking passport store tuesday can").repair(word));
        }
        assertEquals("car 12refnud", spelling.repair("car 12refnud"));
    }

    private static Spelling spelling(String text) {
        Entry.Chunk chunk = new Entry.Chunk(text, null, new byte[0], List.of(), new WordCounts.Reader().read("", text));
        Entry entry = new Entry(new Document("a", "", text, ""), null, List.of(chunk));
        return Spelling.EMPTY.after(Map.of(), Map.of("a", entry));
    }
}
