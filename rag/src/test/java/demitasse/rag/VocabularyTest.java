package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordBagEmbedder(64));

    @AfterEach
    void close() {
        kb.close();
    }

    private void put(String title, String content) {
        kb.put(List.of(new Document("d", title, content, "")));
    }

    @Test
    void namesAreWrittenWithACapitalInsideASentence() {
        put("Descaling the Lelit Bianca", "Open the lid. Fill the tank of your Bianca with Durgol. Rinse twice.");
        Vocabulary words = kb.vocabulary();
        assertTrue(words.isName("lelit", "BIANCA") && words.isName("Bianca") && words.isName("durgol"));
        assertFalse(words.isName("Open") || words.isName("Rinse"), "these begin sentences");
        assertFalse(words.isName("Bianca", "Durgol"), "there is a word between them");
        assertTrue(words.has("descaling") && words.has("rinse"));
        assertFalse(words.has("Anna"));
    }

    @Test
    void aTitleOfCapitalsTellsPairsOnly() {
        put("How Grace Periods Work", "They last a week.");
        assertFalse(kb.vocabulary().isName("Grace"));
        assertTrue(kb.vocabulary().isName("Grace", "Periods"));
    }

    @Test
    void followsEveryChange() {
        put("Machines", "We sell the Lelit Bianca.");
        Vocabulary before = kb.vocabulary();
        put("Machines", "We sell the Rancilio Silvia.");
        assertTrue(before.isName("Bianca"));
        assertFalse(kb.vocabulary().isName("Bianca") || kb.vocabulary().isName("Lelit", "Bianca"));
        assertTrue(kb.vocabulary().isName("Silvia"));
        kb.replaceAll(List.of(new Document("e", "Grinders", "We sell the Eureka Mignon.", "")));
        assertFalse(kb.vocabulary().isName("Silvia") || kb.vocabulary().has("rancilio"));
        assertTrue(kb.vocabulary().isName("Eureka", "Mignon"));
        kb.remove("e");
        assertFalse(kb.vocabulary().has("Mignon"));
    }
}
