package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.RawFiles;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    private static final Document REFUND =
            new Document("refund", "Refund time", "A refund takes 5 working days to your card.", "policies");
    private static final Document WASH =
            new Document("wash", "", "Rinse the wondrous filter with cold water. Let it dry.", "products");

    @TempDir
    Path folder;

    /** What was looked for. */
    private final List<String> embedded = new ArrayList<>();

    private final KnowledgeBase kb = KnowledgeBase.inMemory(new Embedder() {
        private final Embedder words = new WordHashEmbedder();

        @Override
        public int dimensions() {
            return words.dimensions();
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            embedded.addAll(texts);
            return words.embed(texts);
        }
    });
    private final List<Assistant> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Assistant::close);
        kb.close();
    }

    private Assistant assistant(TextGenerator generator) {
        AnswerMode mode = generator == null ? AnswerMode.EXTRACTIVE : AnswerMode.GENERATED;
        Assistant assistant = Assistant.open(
                new Assistant.Config(kb, new WordHashEmbedder(), generator, mode, folder.resolve("assistant.db")));
        open.add(assistant);
        return assistant;
    }

    private static int all(Rehearsal rehearsal) {
        int count = 0;
        while (rehearsal.next()) {
            count++;
        }
        return count;
    }

    @Test
    void searchesForTheDocumentsOwnWords() {
        kb.put(List.of(REFUND, WASH));
        Rehearsal rehearsal = assistant(null).rehearsal();
        embedded.clear();
        assertTrue(all(rehearsal) > 2);
        assertTrue(embedded.contains("Refund time?"), embedded::toString);
        assertTrue(embedded.stream().anyMatch(text -> text.contains("wondrous filter")), embedded::toString);
        assertTrue(embedded.stream().noneMatch(text -> text.contains("@example.org")), embedded::toString);
        assertFalse(rehearsal.next());
    }

    @Test
    void leavesNoTrace() throws Exception {
        kb.put(List.of(REFUND, WASH));
        Assistant assistant = assistant(null);
        assistant.reply("a", "refund time?", text -> {});
        BackOffice office = assistant.backOffice();
        LocalDate today = office.today();
        List<DailyCount> counts = office.counts(today.minusDays(1), today.plusDays(1));
        assertTrue(all(assistant.rehearsal()) > 0);
        assertEquals(counts, office.counts(today.minusDays(1), today.plusDays(1)));
        assertEquals(List.of(), office.unanswered());
        assertEquals(List.of(), assistant.openHandoffs());
        assertEquals(Map.of(), assistant.unanswered());
        assertEquals(2, assistant.history("a").size());
        assertTrue(RawFiles.contain(folder, "refund time?"));
        for (String said : List.of("Example", "wondrous", "Peru", "rehearsal")) {
            assertFalse(RawFiles.contain(folder, said), said);
        }
    }

    @Test
    void anEmptyKnowledgeBaseIsNoHindrance() {
        assertTrue(all(assistant(null).rehearsal()) > 0);
    }

    @Test
    void documentsMayChangeMeanwhile() {
        kb.put(List.of(REFUND, WASH));
        Rehearsal rehearsal = assistant(null).rehearsal();
        assertTrue(rehearsal.next());
        kb.replaceAll(List.of(REFUND));
        assertTrue(rehearsal.next());
        kb.remove("refund");
        assertTrue(all(rehearsal) > 0);
    }

    @Test
    void endsWhenTheKnowledgeBaseIsClosed() {
        kb.put(List.of(REFUND, WASH));
        Assistant assistant = assistant(null);
        Rehearsal begun = assistant.rehearsal();
        assertTrue(begun.next());
        kb.close();
        assertFalse(begun.next());
        assertFalse(begun.next());
        assertFalse(assistant.rehearsal().next());
    }

    @Test
    void theModelIsLeftAlone() {
        kb.put(List.of(REFUND, WASH));
        List<String> calls = new ArrayList<>();
        Assistant assistant = assistant(new TextGenerator() {
            @Override
            public String name() {
                return "model";
            }

            @Override
            public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
                calls.add(conversation.toString());
                return "";
            }
        });
        assertTrue(all(assistant.rehearsal()) > 0);
        assertEquals(List.of(), calls);
    }
}
