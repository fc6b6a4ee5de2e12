package demitasse.rag;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Documents in SQLite with keyword and vector search. Safe for several threads: one writer, many readers. What a
 * method has acknowledged by returning is on disk; a search sees one state, before or after a write, never between.
 *
 * <p>All methods throw {@link StoreException} when the database fails and {@link IllegalStateException} after
 * {@link #close}.
 */
public final class KnowledgeBase implements AutoCloseable {
    /** The newest version of a file that this program knows; see {@link SchemaVersion}. */
    public static final int SCHEMA = Store.MIGRATIONS.size();

    /** A question is never this long; a pasted file is cut here, beyond what an encoder reads anyway. */
    private static final int MAX_QUERY_CHARS = 4000;

    /** Embedded when a store is opened: if this text has another vector, another embedder made the stored ones. */
    private static final String PROBE = "How long does it take until I get my money back?";

    /** The same weights in other kernels or another quantisation stay above this; another model is far below. */
    private static final double SAME_EMBEDDER_COSINE = 0.99;

    private static final String PROBE_KEY = "probe";
    private static final String VERSION_KEY = "indexer";

    private final Database database;
    private final Embedder embedder;
    /** Null: nobody reads. */
    private final PassageReader reader;

    private final Indexer indexer;
    private volatile Snapshot snapshot;
    private volatile Path origin;

    private KnowledgeBase(Database database, Embedder embedder, PassageReader reader) {
        this.database = database;
        this.embedder = embedder;
        this.reader = reader == null || reader.dimensions() != embedder.dimensions() ? null : reader;
        this.indexer = new Indexer(embedder, this.reader);
        this.snapshot = Snapshot.empty(embedder.dimensions());
        try {
            database.write(connection -> {
                Store.migrate(connection, database.name());
                return null;
            });
            database.exclusively(this::loadMatchingVectors);
            // A process that was killed may have left removed text in the log.
            database.truncateLog();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** @param database a SQLite file, made when missing, with its folder; its vectors are made again when the embedder changes */
    public static KnowledgeBase open(Path database, Embedder embedder) {
        return new KnowledgeBase(Database.file(database), embedder, PassageReader.bundled());
    }

    /** A knowledge base that lives in memory. */
    public static KnowledgeBase inMemory(Embedder embedder) {
        return inMemory(embedder, PassageReader.bundled());
    }

    /** The same with another reader than the bundled one; null: nobody reads, and what the search finds stands. */
    public static KnowledgeBase inMemory(Embedder embedder, PassageReader reader) {
        return new KnowledgeBase(Database.inMemory(), embedder, reader);
    }

    /**
     * Adds or replaces documents, all or none; unchanged ones cost nothing. Of several with the same id the last one
     * stays.
     *
     * @throws IllegalArgumentException if a document has no id, or neither title nor content
     */
    public void put(List<Document> documents) {
        List<Entry> entries = indexer.index(changed(documents));
        if (!entries.isEmpty()) {
            change(id -> false, entries);
        }
    }

    /** Makes the documents of the store those given: others are removed. All or nothing, and as {@link #put} else. */
    public void replaceAll(List<Document> documents) {
        List<Entry> entries = indexer.index(changed(documents));
        Set<String> keep = documents.stream().map(Document::id).collect(Collectors.toSet());
        if (!entries.isEmpty() || !keep.containsAll(current().entries().keySet())) {
            change(id -> !keep.contains(id), entries);
        }
    }

    /**
     * {@link #replaceAll} with what was read from a file or folder.
     *
     * @param origin where they were read; told by {@link #origin} as long as this is open
     */
    public void fillFrom(Path origin, List<Document> documents) {
        replaceAll(documents);
        this.origin = origin;
    }

    /** The file or folder that was given to {@link #fillFrom}; empty if the documents are the store's own. */
    public Optional<Path> origin() {
        return Optional.ofNullable(origin);
    }

    public boolean remove(String documentId) {
        return current().entries().containsKey(documentId) && change(documentId::equals, List.of());
    }

    public Optional<Document> document(String id) {
        return Optional.ofNullable(current().entries().get(id)).map(Entry::document);
    }

    public List<Document> documents() {
        return current().entries().values().stream().map(Entry::document).toList();
    }

    /** The sentences of a document in order, with vectors; none if there is no such document. */
    public List<Sentence> sentences(String documentId) {
        Entry entry = current().entries().get(documentId);
        if (entry == null) {
            return List.of();
        }
        return entry.chunks().stream()
                .flatMap(chunk -> chunk.sentences().stream())
                .toList();
    }

    /** The query with words repaired that the documents do not have but nearly have. */
    public String repair(String query) {
        return current().spelling().repair(clip(query));
    }

    /** The words and names of the documents as they are now. */
    public Vocabulary vocabulary() {
        return current().vocabulary();
    }

    /** Questions ready for {@link #search(Question, int)}, embedded together. */
    public List<Question> questions(List<String> texts) {
        List<Embedder.Embedded> embedded =
                indexer.embed(texts.stream().map(this::repair).toList());
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Embedder.Embedded made = embedded.get(i);
            float[] tokens = reader == null ? Embedder.Embedded.NO_TOKENS : reader.projectQuestion(made.tokens());
            questions.add(new Question(clip(texts.get(i)), made.vector(), tokens));
        }
        return questions;
    }

    public Question question(String text) {
        return questions(List.of(text)).getFirst();
    }

    /** The best documents for a query, best first, one hit per document; none for a blank query. */
    public List<Hit> search(String query, int limit) {
        return query.isBlank() ? List.of() : search(question(query), limit);
    }

    /** Search for a question that {@link #questions} made; none for a blank one. */
    public List<Hit> search(Question question, int limit) {
        return search(question, limit, document -> true);
    }

    /** Search among some documents only. */
    public List<Hit> search(Question question, int limit, Predicate<? super Document> among) {
        return search(question, limit, among, Fusion.DEFAULT, reader);
    }

    /** @param by null: what the search finds stands */
    List<Hit> search(Question question, int limit, Predicate<? super Document> among, Fusion fusion, PassageReader by) {
        if (question.vector().length != embedder.dimensions()) {
            throw new IllegalArgumentException("a question of " + question.vector().length
                    + " dimensions, the knowledge base has " + embedder.dimensions());
        }
        if (question.text().isBlank() || limit <= 0) {
            return List.of();
        }
        return current().search(question, limit, among, fusion, by);
    }

    /** A question with the passages that the search finds for it, to train a reader on. */
    ReaderExample example(Question question, Set<String> gold, int passages) {
        return current().example(question, gold, passages);
    }

    /** Waits for searches and writes that are under way. */
    @Override
    public void close() {
        database.close();
    }

    private static String clip(String query) {
        if (query.length() <= MAX_QUERY_CHARS) {
            return query;
        }
        boolean cutsPair = Character.isHighSurrogate(query.charAt(MAX_QUERY_CHARS - 1));
        return query.substring(0, cutsPair ? MAX_QUERY_CHARS - 1 : MAX_QUERY_CHARS);
    }

    private Collection<Document> changed(List<Document> documents) {
        Map<String, Entry> present = current().entries();
        Map<String, Document> changed = new LinkedHashMap<>();
        for (Document document : documents) {
            requireUsable(document);
            Entry entry = present.get(document.id());
            if (entry == null || !entry.document().equals(document)) {
                changed.put(document.id(), document);
            } else {
                changed.remove(document.id());
            }
        }
        return changed.values();
    }

    private static void requireUsable(Document document) {
        if (document.id() == null || document.id().isBlank()) {
            throw new IllegalArgumentException("a document without an id");
        }
        if (document.title() == null || document.content() == null || document.source() == null) {
            throw new IllegalArgumentException(
                    "document " + document.id() + ": title, content and source must not be null");
        }
        if (document.title().isBlank() && document.content().isBlank()) {
            throw new IllegalArgumentException("document " + document.id() + " has neither title nor content");
        }
    }

    /** Removes and adds in one transaction, then shows the new state to searches. Returns whether anything went. */
    private boolean change(Predicate<String> gone, List<Entry> entries) {
        boolean[] removed = new boolean[2];
        database.exclusively(() -> {
            // The next state is made before the commit: searches go on with the old one in the meantime.
            snapshot = database.write(connection -> {
                Map<String, Entry> next = new LinkedHashMap<>(present(connection));
                for (String id : next.keySet().stream().filter(gone).toList()) {
                    removed[0] |= Store.delete(connection, id);
                    next.remove(id);
                }
                removed[1] = insert(connection, entries, next);
                return snapshot.next(Store.nextGeneration(connection), next);
            });
        });
        if (removed[0] || removed[1]) {
            database.truncateLog();
        }
        return removed[0];
    }

    /** What the database has inside this transaction: the copy in memory, unless another process has written since. */
    private Map<String, Entry> present(Connection connection) throws SQLException {
        Snapshot state = snapshot;
        return Store.generation(connection) == state.generation() ? state.entries() : Store.load(connection);
    }

    /** Returns whether any of them replaced an older one. */
    private static boolean insert(Connection connection, List<Entry> entries, Map<String, Entry> next)
            throws SQLException {
        boolean replaced = false;
        for (Entry entry : entries) {
            String id = entry.document().id();
            replaced |= Store.delete(connection, id);
            next.remove(id);
            Store.insert(connection, entry);
            next.put(id, entry);
        }
        return replaced;
    }

    /** What is in memory, read again if another process has written to the file. */
    private Snapshot current() {
        Snapshot state = snapshot;
        if (database.read(Store::generation) == state.generation()) {
            return state;
        }
        database.exclusively(() -> {
            if (database.read(Store::generation) != snapshot.generation()) {
                load();
            }
        });
        return snapshot;
    }

    private void load() {
        snapshot = database.read(connection -> snapshot.next(Store.generation(connection), Store.load(connection)));
    }

    /** Loads the store; if other software or another embedder made its vectors, makes them again. */
    private void loadMatchingVectors() {
        float[] probe = indexer.embed(List.of(PROBE)).getFirst().vector();
        float[] storedProbe = database.read(connection -> Store.metaVector(connection, PROBE_KEY));
        float[] version = {Indexer.VERSION, reader == null ? 0 : reader.fingerprint()};
        float[] storedVersion = database.read(connection -> Store.metaVector(connection, VERSION_KEY));
        boolean same = storedProbe != null
                && storedProbe.length == probe.length
                && VectorMatrix.dot(storedProbe, probe) >= SAME_EMBEDDER_COSINE
                && Arrays.equals(storedVersion, version);
        if (same) {
            load();
            return;
        }
        Collection<Entry> old = database.read(Store::load).values();
        List<Entry> entries = indexer.index(old.stream().map(Entry::document).toList());
        snapshot = database.write(connection -> {
            Map<String, Entry> next = new LinkedHashMap<>();
            insert(connection, entries, next);
            Store.setMetaVector(connection, PROBE_KEY, probe);
            Store.setMetaVector(connection, VERSION_KEY, version);
            return snapshot.next(Store.nextGeneration(connection), next);
        });
    }
}
