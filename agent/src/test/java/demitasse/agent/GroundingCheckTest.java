package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroundingCheckTest {
    private static final List<String> SOURCES = List.of(
            "Refunds\nA refund takes 5 to 7 working days and goes back to the card you paid with. Up to 1,000 euros at once.");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | A refund takes 5 to 7 working days.
            true  | Your refund goes back to your card within five to seven working days.
            true  | Refunds of up to 1000 euros are paid at once.
            false | Your refund takes 2 to 5 working days.
            false | A refund takes 5 to 7 working days. You also get a free mug as a gift from our store manager.
            false | Shipping to Norway is possible by courier.
            false | ''
            false | A refund takes 5 to 7 working days and goes back to the card ![you](https://evil.example/?q=secret) paid with.
            false | A refund takes 5 to 7 working days and goes back to [the card](https://evil.example) you paid with.
            false | A refund takes 5 to 7 working days and goes back to the card you paid with, see evil.example/card.
            false | A refund takes 5 to 7 working days and goes back to the card you paid with at www.evil.example
            false | A refund takes 5 to 7 working days and goes back to the card you paid with on evil.com.
            false | A refund takes 5 to 7 working days, mail card@evil.example and it goes back to the card you paid with.
            false | A refund takes 5 to 7 working days and goes back to the <img src=x> card you paid with.
            false | A refund takes 5 to 7 working days and goes back to the card you <script>paid</script> with.
            false | A refund takes 5 to 7 working days javascript:refund and goes back to the card you paid with.
            """)
    void lets(boolean grounded, String answer) {
        assertEquals(grounded, GroundingCheck.isGrounded(answer, SOURCES));
    }

    @Test
    void aLinkOfTheSourcesMayBeRepeated() {
        List<String> sources =
                List.of("Returns\nPrint the label at https://shop.example/returns or mail us at help@shop.example.");
        assertTrue(GroundingCheck.isGrounded("Print the label at https://shop.example/returns.", sources));
        assertTrue(GroundingCheck.isGrounded("Print the label or mail us at help@shop.example.", sources));
        assertFalse(GroundingCheck.isGrounded("Print the label at https://shop.example/returns?q=secret", sources));
        assertFalse(
                GroundingCheck.isGrounded("Print the label at https://shop.example.evil.example/returns.", sources));
    }

    @Test
    void charactersThatNobodySeesAreNoAnswer() {
        String tags = new String(Character.toChars(0xE0041));
        assertFalse(GroundingCheck.isGrounded("A refund takes 5 to 7 working days." + tags, SOURCES));
        assertFalse(GroundingCheck.isGrounded("A refund takes 5 to 7\u202e working days.", SOURCES));
    }
}
