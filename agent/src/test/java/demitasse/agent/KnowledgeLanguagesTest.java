package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.SharedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnowledgeLanguagesTest {
    static List<Document> shop(String code) throws Exception {
        return DocumentReader.read(Path.of(KnowledgeLanguagesTest.class
                .getResource("languages/kb." + code + ".jsonl")
                .toURI()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "es", "fr"})
    void areThoseOfTheDocuments(String code) throws Exception {
        assertEquals(List.of(code), KnowledgeLanguages.among(shop(code)));
    }

    @Test
    void severalCountTheMainOneFirst() throws Exception {
        List<Document> both = new ArrayList<>(shop("fr"));
        both.addAll(shop("de").subList(0, 4));
        assertEquals(List.of("fr", "de"), KnowledgeLanguages.among(both));
    }

    @Test
    void englishIsWhereNothingElseIs() {
        assertEquals(List.of("en"), KnowledgeLanguages.among(List.of()));
        assertEquals(List.of("en"), KnowledgeLanguages.among(List.of(new Document("a", "XJ-9", "230 V", ""))));
    }

    @Test
    void theEvaluationShopIsEnglish() throws Exception {
        assertEquals(
                List.of("en"),
                KnowledgeLanguages.among(DocumentReader.read(SharedData.require("eval/resolution/kb.jsonl"))));
    }

    @Test
    void changeWithTheDocuments() throws Exception {
        try (KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder())) {
            KnowledgeLanguages languages = new KnowledgeLanguages(kb);
            assertEquals("en", languages.get().first());
            kb.put(shop("es"));
            assertEquals("es", languages.get().first());
            kb.replaceAll(shop("de"));
            assertEquals("de", languages.get().first());
        }
    }
}
