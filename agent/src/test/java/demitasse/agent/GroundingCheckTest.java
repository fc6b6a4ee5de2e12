package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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
            """)
    void lets(boolean grounded, String answer) {
        assertEquals(grounded, GroundingCheck.isGrounded(answer, SOURCES));
    }
}
