package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of goods that the documents have are not taken for people, and people of the same name still are. */
class ShopNamesTest {
    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder());
    private final Assistant assistant =
            Assistant.open(new Assistant.Config(kb, new WordHashEmbedder(), null, AnswerMode.EXTRACTIVE, null));

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private void stock(String... machines) {
        kb.replaceAll(List.of(new Document(
                "machines",
                "Machines",
                "We sell these machines: the " + String.join(", the ", machines) + ". Rossi is our roaster.",
                "products")));
    }

    private String stored(String message) {
        return assistant.reply("s", message, text -> {}).stored().question();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Is the Lelit Bianca back in stock? | Is the Lelit Bianca back in stock?
            Rancilio Silvia or Lelit Bianca? | Rancilio Silvia or Lelit Bianca?
            lelit bianca leaks water | lelit bianca leaks water
            Where do I descale my Bianca? | Where do I descale my Bianca?
            Ist die Lelit Bianca wieder auf Lager? | Ist die Lelit Bianca wieder auf Lager?
            My name is Bianca, where is my parcel? | My name is [NAME], where is my parcel?
            Hi, I'm Bianca and my grinder is broken | Hi, I'm [NAME] and my grinder is broken
            Ich heiße Bianca und warte auf mein Paket | Ich heiße [NAME] und warte auf mein Paket
            Send the refund to Bianca Rossi please | Send the refund to [NAME] please
            My grinder is broken.\\nThanks, Silvia | My grinder is broken.\\nThanks, [NAME]
            """)
    void tellsGoodsFromPeople(String message, String masked) {
        stock("Lelit Bianca", "Rancilio Silvia", "Gaggia Classic");
        assertEquals(masked.replace("\\n", "\n"), stored(message.replace("\\n", "\n")));
    }

    @Test
    void followsTheDocuments() {
        stock("Lelit Bianca");
        String before = stored("The order of Olivia Marlow is late");
        assertEquals("The order of [NAME] is late", before);
        stock("Olivia Marlow");
        assertEquals("The order of Olivia Marlow is late", stored("The order of Olivia Marlow is late"));
        stock("Lelit Bianca");
        assertEquals(before, stored("The order of Olivia Marlow is late"));
    }
}
