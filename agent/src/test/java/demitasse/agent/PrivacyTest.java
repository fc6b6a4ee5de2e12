package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a customer's words, and where: files, prompts, memory. */
class PrivacyTest {
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");
    private static final String REFUND = "A refund takes 5 working days to your card.";

    /** Remembers prompts by session and answers with the source. */
    private static final class Prompts implements TextGenerator {
        private final Map<String, List<String>> bySession = new ConcurrentHashMap<>();
        private final Set<String> forgotten = ConcurrentHashMap.newKeySet();
        private final List<Duration> unused = new ArrayList<>();

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String generate(List<Message> conversation, int maxTokens, Consumer<String> onText) {
            bySession.computeIfAbsent(SESSION.get(), id -> new ArrayList<>()).add(conversation.toString());
            return REFUND;
        }

        @Override
        public void forget(String session) {
            forgotten.add(session);
        }

        @Override
        public synchronized void forgetUnused(Duration age) {
            unused.add(age);
        }

        String last(String session) {
            return bySession.get(session).getLast();
        }
    }

    @TempDir
    Path folder;

    private final KnowledgeBase kb = KnowledgeBase.inMemory(new WordHashEmbedder());
    private final Prompts prompts = new Prompts();
    private final List<Instant> now = new ArrayList<>(List.of(NOON));
    private Assistant assistant;

    private void open(Retention retention) {
        kb.put(List.of(
                new Document("refund", "Refund time", REFUND, "policies"),
                new Document("wash", "Washing the filter", "Rinse the filter with cold water.", "products")));
        assistant = Assistant.open(new Assistant.Config(
                kb,
                new WordHashEmbedder(),
                prompts,
                AnswerMode.GENERATED,
                folder.resolve("assistant.db"),
                retention,
                new SteppingClock(now)));
    }

    @AfterEach
    void close() {
        assistant.close();
        kb.close();
    }

    private Reply ask(String session, String message) {
        return assistant.reply(session, message, text -> {});
    }

    private boolean stored(String word) throws IOException {
        return RawFiles.contain(folder, word);
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void personalDataIsNeitherStoredNorPrompted() throws IOException {
        Map<String, String> kinds = new TreeMap<>(Map.of(
                "jane.roe@example.org", "my mail is jane.roe@example.org",
                "415-555-2671", "my phone is 415-555-2671",
                "4111 1111 1111 1111", "my card is 4111 1111 1111 1111",
                "DE89370400440532013000", "my account is DE89370400440532013000",
                "078-05-1120", "my SSN is 078-05-1120",
                "203.0.113.77", "my IP address is 203.0.113.77",
                "03/14/1985", "I was born on 03/14/1985",
                "742 Maple Street", "I live at 742 Maple Street, Springfield, IL 62704",
                "Robert Miller", "My name is Robert Miller"));
        open(Retention.DEFAULT);
        kinds.forEach((secret, words) -> {
            Reply reply = ask("s", "refund time? " + words);
            assertEquals(1, reply.masked().size(), reply.masked() + " for " + words);
        });
        ask("s", "refund time?");
        ask("s", "I want to talk to a person, " + String.join(", ", kinds.values()));
        assistant.feedback("s", false, String.join(", ", kinds.values()));
        String all = prompts.bySession + " " + assistant.session("s") + " " + assistant.openHandoffs();
        for (String secret : kinds.keySet()) {
            assertFalse(all.contains(secret), secret);
            assertFalse(stored(secret), secret);
        }
        assertTrue(prompts.last("s").contains("[IBAN]"), "the conversation before is in the prompt, masked");
    }

    @Test
    void anErasedSessionIsNowhere() throws IOException {
        open(Retention.DEFAULT);
        ask("gone", "Call me Fortinbras");
        for (int i = 0; i < 30; i++) {
            ask("gone", "refund time for FORGETME article " + i + "?");
            ask("kept", "refund time for KEEPSAKE article " + i + "?");
        }
        ask("gone", "FORGETME talk to a person");
        assistant.feedback("gone", false, "FORGETME");
        assertTrue(stored("FORGETME") && stored("Fortinbras"));
        assertTrue(assistant.erase("gone"));
        assertFalse(stored("FORGETME") || stored("Fortinbras"));
        assertTrue(stored("KEEPSAKE"));
        assertEquals(Set.of("assistant.db", "assistant.db-shm", "assistant.db-wal"), files());
        assertEquals(Set.of("gone"), prompts.forgotten);
        assertTrue(assistant.session("gone").isEmpty());
        assertFalse(assistant.erase("gone"));
        ask("gone", "refund time?");
        assertFalse(prompts.last("gone").contains("FORGETME"));
    }

    @Test
    void whatIsTooOldIsNowhereEither() throws IOException {
        open(new Retention(Duration.ofDays(2), Duration.ofDays(9), null));
        ask("s", "refund time for FORGETME articles?");
        ask("other", "refund time for FORGETME articles?");
        now.set(0, NOON.plus(Duration.ofDays(1)));
        ask("s", "refund time for KEEPSAKE articles?");
        now.set(0, NOON.plus(Duration.ofDays(2)));
        assertEquals(2, assistant.sweep());
        assertFalse(stored("FORGETME"));
        assertTrue(stored("KEEPSAKE"));
        assertEquals(Set.of("s", "other"), prompts.forgotten);
        assertEquals(Duration.ofDays(2), prompts.unused.getLast());
        ask("s", "refund time?");
        assertFalse(prompts.last("s").contains("FORGETME"));
        assertTrue(prompts.last("s").contains("KEEPSAKE"));
    }

    @Test
    void whatIsTooOldGoesWhenTheAssistantIsOpened() throws IOException {
        open(Retention.DEFAULT);
        ask("s", "refund time for FORGETME articles?");
        assistant.close();
        now.set(0, NOON.plus(Duration.ofDays(31)));
        open(Retention.DEFAULT);
        assertFalse(stored("FORGETME"));
        assertTrue(assistant.session("s").isEmpty());
    }

    @Test
    void whereNothingIsKeptNothingOutlivesItsAnswer() throws IOException {
        open(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO));
        assertTrue(ask("s", "refund time for FORGETME articles?").generated());
        assertTrue(assistant.session("s").isEmpty());
        assertFalse(stored("FORGETME"));
        assertEquals(Set.of("s"), prompts.forgotten);
        // A person who is to help needs the words, until the matter is settled.
        ask("s", "FORGETME, talk to a person");
        Handoff handoff = assistant.openHandoff("s").orElseThrow();
        assertTrue(handoff.summary().contains("FORGETME"));
        ask("s", "refund time?");
        assistant.answer(handoff.id(), "Kim", "hello");
        assertEquals(5, assistant.history("s").size());
        assistant.resolve(handoff.id());
        assertTrue(assistant.session("s").isEmpty());
        assertFalse(stored("FORGETME"));
    }

    @Test
    void aNameIsKeptAsAWishAndNowhereElse() throws IOException {
        open(Retention.DEFAULT);
        Reply noted = ask("s", "Hi, please call me Fortinbras");
        assertTrue(noted.answer().contains("Fortinbras"), noted.answer());
        assertEquals(
                "Hello, Fortinbras! What can I help you with?",
                ask("s", "hello").answer());
        StringBuilder streamed = new StringBuilder();
        assistant.reply("s", "hello", streamed::append);
        assertTrue(streamed.toString().contains("Fortinbras"));
        ask("s", "Fortinbras here. Please answer in German. refund time?");
        assertEquals(
                new Preferences("Fortinbras", "de", false),
                assistant.session("s").orElseThrow().preferences());
        assertFalse(prompts.bySession.toString().contains("Fortinbras"), "not in prompts");
        assertTrue(assistant.history("s").toString().contains("Hello, Fortinbras!"), "shown to the customer");
        assertFalse(ask("other", "hello").answer().contains("Fortinbras"));

        ask("s", "please forget my name");
        assertEquals(
                "Guten Tag! Womit kann ich Ihnen helfen?",
                ask("s", "hello").answer(),
                "in German, as wished, and without the name");
        assertFalse(stored("Fortinbras"), "it stood in one place only");
        assertFalse(assistant.history("s").toString().contains("CUSTOMER_NAME"));
    }

    @Test
    void fiftySessionsAtOnceKeepTheirSecrets() throws Exception {
        int sessions = 50;
        open(Retention.DEFAULT);
        Map<String, String> said = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String session = "s" + i;
                String secret = secret(i);
                String name = "Qwerty" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
                all.add(threads.submit(() -> {
                    String answers = "";
                    answers += ask(session, "Please call me " + name).answer();
                    answers += ask(session, "refund time? My secret word is " + secret)
                            .answer();
                    answers +=
                            ask(session, "refund time? What is my secret word?").answer();
                    answers += ask(session, "hello").answer();
                    answers += ask(session, "talk to a person about " + secret).answer();
                    said.put(session, answers);
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        for (int i = 0; i < sessions; i++) {
            String session = "s" + i;
            SessionData data = assistant.session(session).orElseThrow();
            String seen = said.get(session) + data + prompts.bySession.get(session);
            assertTrue(seen.contains(secret(i)));
            assertFalse(seen.replace(secret(i), "").contains("secret-"), "a secret of another session in " + session);
            assertTrue(seen.replace(data.preferences().name(), "").indexOf("Qwerty") < 0, "another's name");
            assertTrue(prompts.last(session).contains(secret(i)), "its own memory is in its prompt");
            assertEquals(10, data.messages().size());
            assertEquals(1, data.handoffs().size());
        }
    }

    private static String secret(int session) {
        return "secret-" + session + "x";
    }
}
