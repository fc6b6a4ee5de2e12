package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiiTermsTest {
    @TempDir
    private Path folder;

    private PiiFilter filter(String... lines) throws IOException {
        return new PiiFilter(PiiTerms.read(Files.writeString(folder.resolve("terms.txt"), String.join("\n", lines))));
    }

    @Test
    void masksConfiguredWords() throws IOException {
        PiiFilter filter = filter("# projects", "", "always Blue  Heron", "always K-17");
        assertEquals(
                "what is [PRIVATE], and [PRIVATE]?",
                filter.redact("what is BLUE heron, and k-17?").text());
        assertEquals("bluebird, K-170", filter.redact("bluebird, K-170").text());
    }

    @Test
    void leavesConfiguredWordsAlone() throws IOException {
        PiiFilter filter = filter("never care@shop.example", "never Maria Lopez Blend");
        String text = "I wrote to care@shop.example about the Maria Lopez Blend";
        assertEquals(text, filter.redact(text).text());
        assertEquals(
                "my name is [NAME], anna@[",
                filter.redact("my name is Maria Lopez, anna@[").text());
    }

    @Test
    void masksTheRestOfANameAndTheWholeOfOtherThings() throws IOException {
        PiiFilter filter = filter("never Lopez", "never shop.example");
        assertEquals(
                "my name is [NAME] Lopez",
                filter.redact("my name is Maria Lopez").text());
        assertEquals(
                "mail [EMAIL] now", filter.redact("mail anna@shop.example now").text());
    }

    @Test
    void readsTheFileThatTheSystemPropertyNames() throws IOException {
        Path file = Files.writeString(folder.resolve("own.txt"), "always zanzibar");
        System.setProperty(PiiTerms.FILE_PROPERTY, file.toString());
        try {
            assertEquals("[PRIVATE] one", new PiiFilter().redact("Zanzibar one").text());
        } finally {
            System.clearProperty(PiiTerms.FILE_PROPERTY);
        }
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws IOException {
        IllegalArgumentException line =
                assertThrows(IllegalArgumentException.class, () -> filter("always x", "sometimes y"));
        assertTrue(line.getMessage().contains("line 2"), line.getMessage());
        IllegalArgumentException missing =
                assertThrows(IllegalArgumentException.class, () -> PiiTerms.read(folder.resolve("none.txt")));
        assertTrue(missing.getMessage().contains("none.txt"), missing.getMessage());
    }
}
