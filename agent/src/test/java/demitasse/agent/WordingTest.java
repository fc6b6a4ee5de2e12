package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which language the assistant says its own words, and what prompts say of it. */
class WordingTest {
    private static final String REFUND = "A refund takes 5 working days to your card.";
    private static final Pattern FILLED = Pattern.compile("\\{0}|\\[CUSTOMER_NAME]");

    private final List<String> prompts = new ArrayList<>();
    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder());
    private Assistant assistant;

    private final class Model implements TextGenerator {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
            prompts.add(conversation.getFirst().content());
            return REFUND;
        }
    }

    @BeforeEach
    void open() {
        kb.put(List.of(new Document("refund", "Refund time", REFUND, "policies")));
        assistant = Assistant.open(
                new Assistant.Config(kb, new WordHashEmbedder(), new Model(), AnswerMode.GENERATED, null));
    }

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private Reply ask(String session, String message) {
        return assistant.reply(session, message, text -> {});
    }

    private void says(String language, String words, Reply reply) {
        assertEquals(language, reply.lang(), reply.answer());
        assertTrue(reply.answer().contains(words), reply.answer());
    }

    @Test
    void theWishForALanguageDecidesTheFixedTexts() {
        says("en", "Hello", ask("s", "hello"));
        says("de", "nur in der Sprache geben, in der die Unterlagen", ask("s", "please answer in German"));
        says("de", "Guten Tag", ask("s", "hello"));
        says("de", "Gern geschehen", ask("s", "thanks"));
        says("de", "Das weiß ich leider nicht", ask("s", "zyblonk quarrel?"));
        says("en", "5 working days", ask("s", "refund time?"));
        says("de", "Ich gebe Sie an einen Menschen weiter", ask("s", "talk to a person"));
        says("en", "Hello", ask("other", "hello"));
    }

    @Test
    void aWishForOneThatWeSpeakIsGranted() {
        says("en", "Gladly", ask("s", "please answer in English"));
    }

    @Test
    void aMessageInAnotherLanguageIsAnsweredInIt() {
        says("fr", "je ne peux répondre que dans cette langue : anglais", ask("s", "Où est ma commande ?"));
        says("fr", "Je vous passe une personne", ask("s", "Quand mon colis sera-t-il livré ?"));
        says("en", "only answer in English", ask("t", "Πού είναι η παραγγελία μου;"));
    }

    @Test
    void promptsSayWhichLanguageIsWishedFor() {
        ask("s", "refund time?");
        assertFalse(prompts.getLast().contains("Answer in G"), prompts.getLast());
        ask("s", "please answer in German");
        ask("s", "refund time?");
        assertTrue(prompts.getLast().contains(" Answer in German."), prompts.getLast());
        ask("other", "refund time?");
        assertFalse(prompts.getLast().contains("German"), "wishes are of one session");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "fr", "es"})
    void translationsAreWhole(String code) throws IOException {
        Properties english = read("phrases.properties");
        Properties own = read("phrases." + code + ".properties");
        english.stringPropertyNames().stream()
                .filter(key -> !key.startsWith("language"))
                .forEach(key -> {
                    assertTrue(own.containsKey(key), code + " has no " + key);
                    assertEquals(filledIn(english, key), filledIn(own, key), code + " " + key);
                });
        assertTrue(own.stringPropertyNames().stream().allMatch(english::containsKey), "keys that nobody asks for");
    }

    private static Properties read(String resource) throws IOException {
        Properties texts = new Properties();
        texts.load(new StringReader(WordList.text(resource)));
        return texts;
    }

    private static List<String> filledIn(Properties texts, String key) {
        return FILLED.matcher(texts.getProperty(key))
                .results()
                .map(found -> found.group())
                .sorted()
                .toList();
    }
}
