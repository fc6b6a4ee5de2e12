package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnowledgeBaseTest {
    private static final Document REFUND = new Document(
            "refund", "Refund time", "A refund takes 5 to 7 business days to reach your card.", "policies");
    private static final Document GRINDER = new Document(
            "grinder",
            "Cleaning the grinder",
            "Brush the burrs once a month. Never rinse them with water.",
            "products");
    private static final Document HOURS =
            new Document("hours", "Opening hours", "We are open from 9 to 18 on weekdays.", "faq");
    private static final List<Document> ALL = List.of(REFUND, GRINDER, HOURS);

    private final Embedder embedder = new WordBagEmbedder(64);

    @TempDir
    private Path folder;

    @Test
    void findsTheRightDocumentAndItsPassage() {
        try (KnowledgeBase kb = filled()) {
            Hit hit = kb.search("When is my refund on the card?", 3).getFirst();
            assertEquals(REFUND, hit.document());
            assertEquals(REFUND.content(), hit.chunk());
            assertTrue(hit.keywordScore() > 0 && hit.keywordScore() <= 1, () -> "keyword score " + hit.keywordScore());
            assertTrue(hit.vectorScore() > 0 && hit.vectorScore() <= 1.0001);
        }
    }

    @Test
    void repairsTypingErrors() {
        try (KnowledgeBase kb = filled()) {
            assertEquals(
                    "How do I clean the GRIDNER, refund?".replace("GRIDNER", "grinder"),
                    kb.repair("How do I clean the GRIDNER, refudn?"));
            assertEquals(GRINDER, kb.search("gridner brurs", 1).getFirst().document());
        }
    }

    @Test
    void theVocabularyFollowsTheDocuments() {
        Path file = folder.resolve("kb.db");
        Document decaf = new Document("decaf", "Decaffeinated beans", "Our decaf is washed.", "");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder);
                KnowledgeBase other = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
            assertEquals("decafeinated gridner".replace("gridner", "grinder"), kb.repair("decafeinated gridner"));
            kb.put(List.of(decaf));
            assertEquals("decaffeinated beans", kb.repair("decafeinated baens"));
            other.put(List.of(new Document("decaf", "Green coffee", "", "")));
            assertEquals("decafeinated coffee", kb.repair("decafeinated cofee"));
            kb.replaceAll(List.of(decaf));
            assertEquals("decaffeinated gridner", kb.repair("decafeinated gridner"));
        }
    }

    @Test
    void searchesAmongSomeDocumentsOnly() {
        try (KnowledgeBase kb = filled()) {
            List<Hit> hits =
                    kb.search(kb.question("refund"), 10, d -> d.source().equals("faq"));
            assertEquals(List.of(HOURS), hits.stream().map(Hit::document).toList());
        }
    }

    @Test
    void replacesAndRemoves() {
        try (KnowledgeBase kb = filled()) {
            Document later = new Document("refund", "Refund time", "A refund takes 3 days.", "policies");
            kb.put(List.of(later));
            assertEquals(later, kb.document("refund").orElseThrow());
            assertEquals(3, kb.documents().size());
            assertTrue(kb.remove("refund"));
            assertFalse(kb.remove("refund"));
            assertTrue(kb.search("refund", 10).stream()
                    .noneMatch(hit -> hit.document().id().equals("refund")));
            kb.replaceAll(List.of(HOURS));
            assertEquals(List.of(HOURS), kb.documents());
            assertEquals(
                    List.of(HOURS),
                    kb.search("opening hours", 10).stream().map(Hit::document).toList());
        }
    }

    @Test
    void aStoreOutlivesItsProcessAndIsNotEmbeddedAgain() {
        Path file = folder.resolve("new/folder/kb.db");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
        }
        AtomicInteger texts = new AtomicInteger();
        try (KnowledgeBase kb = KnowledgeBase.open(file, counting(embedder, texts))) {
            assertEquals(ALL, kb.documents());
            assertEquals(1, texts.get(), "only the probe");
            kb.put(ALL);
            assertEquals(1, texts.get(), "unchanged documents");
            assertEquals(REFUND, kb.search("refund", 1).getFirst().document());
        }
    }

    @Test
    void anotherEmbedderMakesTheVectorsAgain() {
        Path file = folder.resolve("kb.db");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
        }
        Embedder other = new WordBagEmbedder(48);
        try (KnowledgeBase kb = KnowledgeBase.open(file, other)) {
            assertEquals(ALL, kb.documents());
            assertEquals(48, kb.sentences("refund").getFirst().vector().length);
            assertEquals(GRINDER, kb.search("clean the grinder", 1).getFirst().document());
        }
    }

    @Test
    void whatWasAcknowledgedOutlivesACrash() throws IOException {
        Path file = folder.resolve("kb.db");
        Path crashed = folder.resolve("crashed.db");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(List.of(REFUND));
            kb.put(ALL);
            // What a killed process leaves: the file and the log, as they are at this moment.
            Files.copy(file, crashed);
            Files.copy(folder.resolve("kb.db-wal"), folder.resolve("crashed.db-wal"));
        }
        try (KnowledgeBase kb = KnowledgeBase.open(crashed, embedder)) {
            assertEquals(ALL, kb.documents());
        }
    }

    @Test
    void seesWhatAnotherProcessWrites() {
        Path file = folder.resolve("kb.db");
        try (KnowledgeBase server = KnowledgeBase.open(file, embedder);
                KnowledgeBase ingest = KnowledgeBase.open(file, embedder)) {
            assertEquals(List.of(), server.search("refund", 3));
            ingest.put(ALL);
            assertEquals(REFUND, server.search("refund", 3).getFirst().document());
        }
    }

    @Test
    void aFailedPutChangesNothing() {
        try (KnowledgeBase kb = filled()) {
            Document empty = new Document("empty", " ", "", "");
            Document fresh = new Document("fresh", "Fresh", "Fresh beans.", "");
            assertThrows(IllegalArgumentException.class, () -> kb.put(List.of(fresh, empty)));
            assertThrows(IllegalArgumentException.class, () -> kb.replaceAll(List.of(fresh, empty)));
            assertEquals(ALL, kb.documents());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "refund\"",
                "\"refund",
                "refund AND",
                "NEAR(refund, 2)",
                "refund* OR (",
                "title:refund",
                "-refund",
                "'; DROP TABLE documents; --",
                "refund ^ {a b} : +",
                "refund\0days",
                "\uD800refund",
                "退款 refund ½ ﬁ"
            })
    void anyQueryIsText(String query) {
        try (KnowledgeBase kb = filled()) {
            assertTrue(kb.search(query, 3).size() <= 3);
            assertEquals(3, kb.documents().size());
            if (query.contains("refund")) {
                assertEquals(REFUND, kb.search(query, 1).getFirst().document());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n\t ", "\u00a0\u2003"})
    void blankQueriesFindNothingOrSomethingHarmless(String query) {
        try (KnowledgeBase kb = filled()) {
            assertTrue(kb.search(query, 3).size() <= 3);
        }
    }

    @Test
    void aQueryOfAMegabyteIsCut() {
        try (KnowledgeBase kb = filled()) {
            assertEquals(
                    REFUND, kb.search("refund ".repeat(150_000), 1).getFirst().document());
            assertTrue(kb.search("x".repeat(1 << 20), 1).size() <= 1);
            assertTrue(kb.search("é😀".repeat(1 << 18), 1).size() <= 1);
        }
    }

    @Test
    void anEmptyKnowledgeBaseFindsNothing() {
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            assertEquals(List.of(), kb.search("refund", 5));
            assertEquals(List.of(), kb.documents());
            assertEquals(List.of(), kb.sentences("refund"));
        }
    }

    @Test
    void titlesOrContentsAloneAreEnough() {
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(List.of(
                    new Document("title", "Export my boards", "", ""), new Document("text", "", "Pay by card.", "")));
            assertEquals(
                    "title", kb.search("export boards", 1).getFirst().document().id());
            assertEquals("text", kb.search("pay card", 1).getFirst().document().id());
        }
    }

    @Test
    void aLongDocumentIsFoundByAnyOfItsParts() {
        String filler = "This paragraph speaks of beans and roasts and mornings in the hills. ".repeat(20);
        String content = filler + "\n\n## Voltage\nThe heater takes 1450 watts at 230 volts.\n\n" + filler;
        try (KnowledgeBase kb = KnowledgeBase.inMemory(embedder)) {
            kb.put(List.of(new Document("long", "Handbook", content, "products"), HOURS));
            List<Hit> hits = kb.search("How many watts does the heater take?", 5);
            assertEquals("long", hits.getFirst().document().id());
            assertTrue(hits.getFirst().chunk().contains("1450 watts"));
            assertEquals(
                    hits.size(), hits.stream().map(Hit::document).distinct().count());
            assertTrue(kb.sentences("long").stream()
                    .anyMatch(s -> s.text().equals("The heater takes 1450 watts at 230 volts.")));
        }
    }

    @Test
    void readersAndAWriterTogetherSeeWholeStates() throws Exception {
        try (KnowledgeBase kb = KnowledgeBase.open(folder.resolve("kb.db"), embedder);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            kb.put(ALL);
            AtomicBoolean done = new AtomicBoolean();
            Callable<Integer> reader = () -> {
                int searches = 0;
                do {
                    List<Hit> hits = kb.search("refund time", 10);
                    long pairs = hits.stream()
                            .filter(h -> h.document().id().startsWith("pair"))
                            .count();
                    assertEquals(0, pairs % 2, "half a write was seen");
                    searches++;
                } while (!done.get());
                return searches;
            };
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(reader));
            }
            for (int i = 0; i < 20; i++) {
                String content = "Refund time of round " + i;
                kb.put(List.of(
                        new Document("pair-a", "Refund a", content, ""),
                        new Document("pair-b", "Refund b", content, "")));
                kb.replaceAll(ALL);
            }
            done.set(true);
            for (Future<Integer> searches : readers) {
                assertTrue(searches.get() > 0);
            }
            assertEquals(ALL, kb.documents());
        }
    }

    /** An import takes as long as its texts take to embed: meanwhile questions find what there was before. */
    @Test
    void searchesGoOnWhileAnImportIsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        WordBagEmbedder words = new WordBagEmbedder(64);
        Embedder slow = new Embedder() {
            @Override
            public int dimensions() {
                return words.dimensions();
            }

            @Override
            public List<float[]> embed(List<String> texts) {
                if (texts.getFirst().contains("Parcels")) {
                    begun.countDown();
                    awaitQuietly(go);
                }
                return words.embed(texts);
            }
        };
        try (KnowledgeBase base = KnowledgeBase.open(folder.resolve("kb.db"), slow)) {
            base.put(List.of(new Document("refund", "Refund time", "A refund takes five days.", "")));
            Thread importing = Thread.ofVirtual()
                    .start(() -> base.put(List.of(new Document("parcel", "Parcels", "Parcels take two days.", ""))));
            begun.await();
            assertEquals(
                    "refund", base.search("refund", 1).getFirst().document().id());
            assertEquals(1, base.documents().size());
            go.countDown();
            importing.join();
            assertEquals(
                    "parcel", base.search("parcels", 1).getFirst().document().id());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsWhereItWasFilledFrom() {
        try (KnowledgeBase base = KnowledgeBase.inMemory(new WordBagEmbedder(64))) {
            assertEquals(Optional.empty(), base.origin());
            base.put(List.of(new Document("old", "Old", "Old.", "")));
            base.fillFrom(Path.of("docs"), List.of(new Document("new", "New", "New.", "")));
            assertEquals(Optional.of(Path.of("docs")), base.origin());
            assertEquals(
                    List.of("new"), base.documents().stream().map(Document::id).toList());
        }
    }

    @Test
    void removedTextLeavesTheFileAndTheLog() throws IOException {
        Path file = folder.resolve("kb.db");
        Document secret = new Document("secret", "Xylophone", "The zanzibarian password is quetzalcoatl.", "");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
            kb.put(List.of(secret));
            assertTrue(onDisk("quetzalcoatl"));
            assertTrue(kb.remove("secret"));
            assertGone("xylophone", "zanzibarian", "quetzalcoatl");
            kb.put(List.of(secret));
            kb.put(List.of(new Document("secret", "Piano", "There is no password.", "")));
            assertGone("xylophone", "zanzibarian", "quetzalcoatl");
            kb.replaceAll(ALL);
            assertGone("piano");
            assertTrue(onDisk("burrs"));
        }
        assertGone("xylophone", "zanzibarian", "quetzalcoatl", "piano");
        assertTrue(onDisk("burrs"));
    }

    @Test
    void removedTextThatACrashLeftInTheLogGoesWhenTheStoreIsOpened() throws IOException {
        Path file = folder.resolve("kb.db");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
            Files.copy(file, folder.resolve("crashed"));
            Files.copy(folder.resolve("kb.db-wal"), folder.resolve("crashed-wal"));
        }
        try (KnowledgeBase kb = KnowledgeBase.open(folder.resolve("crashed"), embedder)) {
            assertEquals(ALL, kb.documents());
            assertEquals(0, Files.size(folder.resolve("crashed-wal")));
        }
    }

    private void assertGone(String... words) throws IOException {
        for (String word : words) {
            assertFalse(onDisk(word), word);
        }
    }

    /** Whether any file of the store has the word, in whatever case. */
    private boolean onDisk(String word) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (bytes.toLowerCase(Locale.ROOT).contains(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Files of earlier programs, kept as scripts. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aStoreOfAnEarlierSchemaKeepsAllButWhatIsNoLongerRead(int version) throws Exception {
        Path file = folder.resolve("old.db");
        try (var script = KnowledgeBaseTest.class.getResourceAsStream("schemas/" + version + ".sql")) {
            sql(file, new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(version, DatabaseFile.version(file));
        Document old = new Document("refund", "Refund time", "A refund takes 5 days.", "policies");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            assertEquals(List.of(old), kb.documents());
            assertEquals(old, kb.search("refund", 1).getFirst().document());
            kb.put(ALL);
            assertEquals(3, kb.documents().size());
        }
        Path fresh = folder.resolve("fresh.db");
        KnowledgeBase.open(fresh, embedder).close();
        assertEquals(tables(fresh), tables(file));
        assertEquals(KnowledgeBase.SCHEMA, DatabaseFile.version(file));
        assertEquals("", DatabaseFile.faults(file));
    }

    private static List<String> tables(Path file) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")) {
            while (row.next()) {
                tables.add(row.getString(1).replaceAll("\\s+", " "));
            }
        }
        return tables;
    }

    @Test
    void aCopyIsWholeWhileOthersWriteAndASpoiltFileIsNamed() throws Exception {
        Path file = folder.resolve("kb.db");
        Path copy = folder.resolve("copy.db");
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(ALL);
            DatabaseFile.copy(file, copy);
            kb.remove("hours");
        }
        try (KnowledgeBase kb = KnowledgeBase.open(copy, embedder)) {
            assertEquals(ALL, kb.documents());
        }
        Path spoilt = folder.resolve("spoilt.db");
        byte[] bytes = Files.readAllBytes(copy);
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0x5a);
        Files.write(spoilt, bytes);
        String faults;
        try {
            faults = DatabaseFile.faults(spoilt);
        } catch (StoreException e) {
            faults = e.getMessage();
        }
        assertFalse(faults.isEmpty());
        assertThrows(IOException.class, () -> DatabaseFile.version(folder.resolve("none.db")));
        assertFalse(Files.exists(folder.resolve("none.db")));
    }

    @Test
    void refusesFilesThatAreNoStore() throws Exception {
        Path text = Files.writeString(folder.resolve("text.db"), "This is not a database at all. ".repeat(50));
        StoreException noDatabase = assertThrows(StoreException.class, () -> KnowledgeBase.open(text, embedder));
        assertTrue(noDatabase.getMessage().contains("text.db"), noDatabase.getMessage());

        Path foreign = folder.resolve("foreign.db");
        sql(foreign, "CREATE TABLE customers (name TEXT)");
        assertThrows(StoreException.class, () -> KnowledgeBase.open(foreign, embedder));

        Path newer = folder.resolve("newer.db");
        sql(newer, "PRAGMA user_version = 99");
        assertTrue(assertThrows(StoreException.class, () -> KnowledgeBase.open(newer, embedder))
                .getMessage()
                .contains("99"));
    }

    @Test
    void aClosedKnowledgeBaseSaysSo() {
        KnowledgeBase kb = filled();
        kb.close();
        kb.close();
        assertThrows(IllegalStateException.class, () -> kb.search("refund", 1));
        assertThrows(IllegalStateException.class, () -> kb.put(List.of(HOURS)));
    }

    @Test
    void refusesVectorsOfAnotherLength() {
        try (KnowledgeBase kb = filled()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> kb.search(new Question("refund", new float[3], new float[0]), 1));
        }
    }

    private KnowledgeBase filled() {
        KnowledgeBase kb = KnowledgeBase.inMemory(embedder);
        kb.put(ALL);
        return kb;
    }

    private static Embedder counting(Embedder embedder, AtomicInteger texts) {
        return new Embedder() {
            @Override
            public int dimensions() {
                return embedder.dimensions();
            }

            @Override
            public List<float[]> embed(List<String> batch) {
                texts.addAndGet(batch.size());
                return embedder.embed(batch);
            }
        };
    }

    private static void sql(Path file, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement execute = connection.createStatement()) {
            execute.executeUpdate(statement);
        }
    }
}
