package demitasse.rag;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** One state of the knowledge base as searches see it. Immutable; a write makes the next one. */
final class Snapshot {
    /** Sentences of a chunk that are compared with the query. */
    private static final int MAX_SENTENCES = 12;

    /** Chunks that are compared sentence by sentence; the others were too far away by title, text and keywords. */
    private static final int MAX_CANDIDATES = 300;

    /** Documents that are read: the right one is nearly always among them. */
    private static final int READ = 12;

    private final long generation;
    private final Map<String, Entry> entries;
    private final List<Row> rows = new ArrayList<>();
    private final VectorMatrix titles;
    private final VectorMatrix passages;
    private final Spelling spelling;
    private final Vocabulary vocabulary;
    private final KeywordIndex keywords;
    private final int dimensions;

    /** A chunk with its document, and the row of the document's title. */
    private record Row(Entry entry, Entry.Chunk chunk, int title) {}

    /** @param title as {@code passage} where there is none */
    private record Scored(Row row, double score, double keyword, double title, double passage, double sentence) {
        double cosine() {
            return Math.max(Math.max(passage, sentence), title);
        }
    }

    private Snapshot(
            long generation, Map<String, Entry> entries, Spelling spelling, Vocabulary vocabulary, int dimensions) {
        this.generation = generation;
        this.entries = entries;
        this.spelling = spelling;
        this.vocabulary = vocabulary;
        this.dimensions = dimensions;
        List<float[]> titleVectors = new ArrayList<>();
        List<float[]> passageVectors = new ArrayList<>();
        for (Entry entry : entries.values()) {
            for (Entry.Chunk chunk : entry.chunks()) {
                rows.add(new Row(entry, chunk, titleVectors.size()));
                passageVectors.add(chunk.vector());
            }
            titleVectors.add(entry.titleVector());
        }
        titles = VectorMatrix.of(titleVectors, dimensions);
        passages = VectorMatrix.of(passageVectors, dimensions);
        keywords = new KeywordIndex(rows.stream().map(row -> row.chunk.words()).toList());
    }

    static Snapshot empty(int dimensions) {
        return new Snapshot(0, Map.of(), Spelling.EMPTY, Vocabulary.EMPTY, dimensions);
    }

    /** The state after a write. */
    Snapshot next(long newGeneration, Map<String, Entry> now) {
        Map<String, Entry> unmodifiable = Collections.unmodifiableMap(now);
        Spelling words = spelling.after(entries, now);
        return new Snapshot(newGeneration, unmodifiable, words, vocabulary.after(words, entries, now), dimensions);
    }

    long generation() {
        return generation;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    Spelling spelling() {
        return spelling;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * The best documents, best first; keywords are looked for as {@link #spelling} repairs them.
     *
     * @param reader null: what the search finds stands
     */
    List<Hit> search(
            Question question, int limit, Predicate<? super Document> among, Fusion fusion, PassageReader reader) {
        List<Scored> ranked = ranked(question, among, fusion);
        boolean reads = reader != null && question.tokens().length > 0;
        List<Scored> first = ranked.subList(0, Math.min(reads ? READ : 0, ranked.size()));
        double best = ranked.isEmpty() ? 0 : ranked.getFirst().score;
        TokenPairs pairs = new TokenPairs();
        List<Hit> hits = new ArrayList<>(first.stream()
                .map(scored -> hit(
                        scored,
                        reader.evidence(question.tokens(), scored.row.chunk.tokens(), found(scored, best), pairs)))
                .sorted(Comparator.comparingDouble(Hit::evidence)
                        .reversed()
                        .thenComparing(hit -> hit.document().id()))
                .limit(limit)
                .toList());
        ranked.subList(first.size(), Math.max(first.size(), Math.min(limit, ranked.size())))
                .forEach(scored -> hits.add(hit(scored, Double.NaN)));
        return hits;
    }

    /** @param gold documents of which each answers the question */
    ReaderExample example(Question question, Set<String> gold, int passages) {
        List<Scored> ranked = ranked(question, document -> true, Fusion.DEFAULT);
        List<Scored> used = new ArrayList<>(ranked.subList(0, Math.min(passages, ranked.size())));
        Predicate<Scored> right =
                scored -> gold.contains(scored.row.entry.document().id());
        if (used.stream().noneMatch(right)) {
            ranked.stream().filter(right).findFirst().ifPresent(found -> used.set(used.size() - 1, found));
        }
        boolean[] rights = new boolean[used.size()];
        for (int i = 0; i < rights.length; i++) {
            rights[i] = right.test(used.get(i));
        }
        double best = ranked.isEmpty() ? 0 : ranked.getFirst().score;
        return new ReaderExample(
                question.tokens(),
                used.stream().map(scored -> scored.row.chunk.tokens()).toArray(byte[][]::new),
                used.stream().map(scored -> found(scored, best)).toArray(float[][]::new),
                rights);
    }

    /** Each document with its best chunk, the best documents first. */
    private List<Scored> ranked(Question question, Predicate<? super Document> among, Fusion fusion) {
        double[] keywordScores = keywords.scores(spelling.repair(question.text()));
        Map<Document, Scored> best = new HashMap<>();
        for (Scored scored : candidates(question.vector(), keywordScores, among, fusion)) {
            best.merge(scored.row.entry.document(), scored, (a, b) -> b.score > a.score ? b : a);
        }
        return best.values().stream()
                .sorted(Comparator.comparingDouble(Scored::score)
                        .reversed()
                        .thenComparing(scored -> scored.row.entry.document().id()))
                .toList();
    }

    private static float[] found(Scored scored, double best) {
        return PassageReader.found(scored.title, scored.passage, scored.sentence, scored.keyword, scored.score, best);
    }

    private static Hit hit(Scored scored, double evidence) {
        return new Hit(
                scored.row.entry.document(),
                scored.score,
                scored.keyword,
                scored.cosine(),
                evidence,
                scored.row.chunk.text());
    }

    private List<Scored> candidates(
            float[] query, double[] keywordScores, Predicate<? super Document> among, Fusion fusion) {
        float[] titleCosines = titles.dot(query);
        float[] passageCosines = passages.dot(query);
        int[] allowed = IntStream.range(0, rows.size())
                .filter(i -> among.test(rows.get(i).entry.document()))
                .toArray();
        if (allowed.length > MAX_CANDIDATES) {
            double[] rough = new double[rows.size()];
            for (int i : allowed) {
                Row row = rows.get(i);
                rough[i] = titleCosines[row.title] + 2 * passageCosines[i] + 3 * fusion.keyword() * keywordScores[i];
            }
            double[] ranked =
                    IntStream.of(allowed).mapToDouble(i -> rough[i]).sorted().toArray();
            double least = ranked[ranked.length - MAX_CANDIDATES];
            allowed = IntStream.of(allowed).filter(i -> rough[i] >= least).toArray();
        }
        return IntStream.of(allowed)
                .mapToObj(i -> score(rows.get(i), titleCosines, passageCosines[i], query, keywordScores[i], fusion))
                .toList();
    }

    private static Scored score(
            Row row, float[] titleCosines, double passage, float[] query, double keyword, Fusion fusion) {
        boolean hasTitle = row.entry.titleVector() != null;
        double title = titleCosines[row.title];
        double sentence = row.chunk.sentences().stream()
                .limit(MAX_SENTENCES)
                .mapToDouble(s -> VectorMatrix.dot(query, s.vector()))
                .max()
                .orElse(passage);
        double score = fusion.cosines(hasTitle, title, passage, sentence) + fusion.keyword() * keyword;
        return new Scored(row, score, keyword, hasTitle ? title : passage, passage, sentence);
    }
}
