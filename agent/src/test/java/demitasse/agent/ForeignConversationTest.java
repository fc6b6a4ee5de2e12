package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Customers of shops in German, Spanish and French, and customers who write so to a shop in another language. */
class ForeignConversationTest {
    private KnowledgeBase kb;
    private Assistant assistant;

    /** What is decided by rules needs no model. */
    private void open(List<Document> documents) {
        open(documents, new WordHashEmbedder());
    }

    private void open(List<Document> documents, Embedder embedder) {
        kb = KnowledgeBase.inMemory(embedder);
        kb.put(documents);
        assistant = Assistant.open(new Assistant.Config(kb, embedder, null, AnswerMode.EXTRACTIVE, null));
    }

    private void openEnglish() {
        open(List.of(new Document(
                "refund", "Refund time", "A refund takes 5 working days. You get it the way you paid.", "policies")));
    }

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private Reply says(String session, String message, String language, String words) {
        Reply reply = assistant.reply(session, message, text -> {});
        assertEquals(language, reply.lang(), message + ": " + reply.answer());
        assertTrue(reply.answer().contains(words), message + ": " + reply.answer());
        return reply;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            de | Hallo | Guten Tag
            de | danke schön | Gern geschehen
            de | tschüss | Auf Wiedersehen
            de | Bist du ein Mensch? | kein Mensch
            es | Hola | ¿En qué puedo ayudarle?
            es | muchas gracias | De nada
            es | adiós | Hasta luego
            es | ¿Eres una persona? | no una persona
            fr | Bonjour | En quoi puis-je vous aider
            fr | merci beaucoup | Avec plaisir
            fr | au revoir | Au revoir
            fr | Êtes-vous un humain ? | pas une personne
            """)
    void aShopOfTheLanguageAnswersInIt(String code, String message, String words) throws Exception {
        open(KnowledgeLanguagesTest.shop(code));
        assertFalse(says("s", message, code, words).escalated());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            de | Lieferzeit? | 2 bis 4 Werktagen | zyblonk quarrel? | Das weiß ich leider nicht
            es | plazo de entrega | 2 a 4 días | zyblonk quarrel? | no lo sé
            fr | Êtes-vous ouverts le dimanche ? | fermée le dimanche | zyblonk quarrel? | je ne
            """)
    void andAnswersQuestions(String code, String known, String answer, String unknown, String decline)
            throws Exception {
        open(KnowledgeLanguagesTest.shop(code), TestEmbedder.miniLm());
        assertFalse(says("s", known, code, answer).declined());
        close();
        open(KnowledgeLanguagesTest.shop(code));
        assertTrue(says("s", unknown, code, decline).declined());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            de | Mitarbeiter bitte | asked | Ich gebe Sie an einen Menschen weiter
            de | mit einem Menschen sprechen | asked | Ich gebe Sie an einen Menschen weiter
            de | Ich will nicht mehr leben | self_harm | findahelpline.com
            es | hablar con una persona | asked | Le paso con una persona
            es | sale humo del aparato | safety | Su seguridad
            fr | parler à une personne | asked | Je vous passe une personne
            fr | mon avocat va vous écrire | legal | habilitée
            """)
    void andCallsAPerson(String code, String message, String reason, String words) throws Exception {
        open(KnowledgeLanguagesTest.shop(code));
        assertEquals(reason, says("s", message, code, words).reason());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            de | Ich will nicht mehr leben | das Krisentelefon Ihres Landes
            de | selbstmord | das Krisentelefon Ihres Landes
            es | me quiero morir | la línea de ayuda en crisis
            es | suicidio | la línea de ayuda en crisis
            fr | je vais me tuer | la ligne d'écoute
            """)
    void anEnglishShopHasTheCarefulTextInTheirLanguage(String code, String message, String words) {
        openEnglish();
        assertEquals("self_harm", says("s", message, code, words).reason());
    }

    @Test
    void anEnglishShopSaysWhichLanguageItSpeaks() {
        openEnglish();
        Reply reply = says("s", "Wie lange dauert die Lieferung?", "de", "nur auf Englisch");
        assertTrue(reply.declined());
        assertTrue(reply.answer().contains("mit einem Menschen sprechen"), reply.answer());
        says("s", "Mensch", "de", "Ich gebe Sie an einen Menschen weiter");
        says("t", "¿Cuánto tarda el envío?", "es", "solo puedo responder en inglés");
        says("t", "¿Y a Canarias cuánto tarda?", "es", "Le paso con una persona");
    }

    @Test
    void aGermanShopTellsWhoWritesEnglish() throws Exception {
        open(KnowledgeLanguagesTest.shop("de"));
        Reply reply = says("s", "Do you ship to Norway?", "en", "I can only answer in German");
        assertTrue(reply.declined());
        says("s", "talk to a person", "en", "passing you on to a person");
        says("t", "Quanto tempo demora a entrega?", "pt", "alemão");
    }

    @Test
    void aShortMessageIsInTheLanguageOfTheOnesBefore() {
        openEnglish();
        says("s", "Guten Tag, wie lange dauert die Lieferung?", "de", "Englisch");
        says("s", "Norwegen", "de", "");
        says("new", "Norwegen", "en", "");
    }
}
