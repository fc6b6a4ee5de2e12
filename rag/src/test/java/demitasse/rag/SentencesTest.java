package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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

    @Test
    void chunksHoldEveryWordInOrder() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append(i % 10 == 0 ? "## Part " + i + "\n" : "");
            text.append("Sentence number ").append(i).append(" has a few words more. ".repeat(1 + i % 3));
            text.append(i % 4 == 3 ? "\n\n" : "");
        }
        text.append("word ".repeat(400));
        List<String> chunks = Chunker.chunks(text.toString());
        assertEquals(
                Arrays.asList(text.toString().strip().split("\\s+")),
                Arrays.asList(String.join(" ", chunks).split("\\s+")));
        for (String chunk : chunks) {
            assertTrue(chunk.split("\\s+").length <= Chunker.MAX_WORDS + 3, chunk);
            String lastLine = chunk.substring(chunk.lastIndexOf('\n') + 1);
            assertTrue(!Sentences.isHeading(lastLine), () -> "a heading without its text: " + chunk);
        }
    }

    @Test
    void shortTextIsOneChunk() {
        assertEquals(List.of("One.\n\n## Two\nThree."), Chunker.chunks(" One.\n\n## Two\nThree.\n"));
        assertEquals(List.of(""), Chunker.chunks("  "));
    }
}
