package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void cutsAtSentenceEndsOnly() {
        assertEquals(
                List.of(
                        "Refunds take 5.5 days, e.g. Monday to Friday.",
                        "Call Mr. Bean at No. 5!",
                        "Is it \"free?\"",
                        "(Yes, it is.)",
                        "Visit copper.example/help for more..."),
                Sentences.split("Refunds take 5.5 days, e.g. Monday to Friday. Call Mr. Bean at No. 5! Is it \"free?\""
                        + " (Yes, it is.) Visit copper.example/help for more..."));
    }

    @Test
    void keepsListItemsHeadingsAndParagraphsApart() {
        String text = "## How to descale\nYou need 20 minutes\nand a jug.\n\n1. Fill the tank.\n2. Press Clean.\n"
                + "- Wait\n  for the light.\nDone";
        assertEquals(
                List.of(
                        "## How to descale",
                        "You need 20 minutes\nand a jug.",
                        "1. Fill the tank.",
                        "2. Press Clean.",
                        "- Wait\n  for the light.",
                        "Done"),
                Sentences.split(text));
    }

    @Test
    void blankTextHasNone() {
        assertEquals(List.of(), Sentences.split(""));
        assertEquals(List.of(), Sentences.split(" \n\n \t"));
    }
}
