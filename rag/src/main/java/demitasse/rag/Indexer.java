package demitasse.rag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts documents into chunks and sentences and has each text embedded once. */
final class Indexer {
    /** To be raised when chunks or sentences of the same document come out differently: stores are rebuilt. */
    static final int VERSION = 4;

    /** What an encoder of 256 tokens reads of a text besides the two tokens around it. */
    static final int WINDOW = 254;

    /** A longer title goes before the chunks with its beginning only, so that most of the window is left for them. */
    private static final int TITLE_TOKENS = 64;

    /** Texts per call of the embedder: enough for its batches, few enough that a vector list stays small. */
    private static final int BATCH = 64;

    /** Heap for a text and its words beside its vector: no more than is surely used, so that nothing is refused that fits. */
    private static final long TEXT_BYTES = 512;

    private final Embedder embedder;
    /** Null: nobody reads. */
    private final PassageReader reader;

    Indexer(Embedder embedder, PassageReader reader) {
        this.embedder = embedder;
        this.reader = reader;
    }

    /** What is kept of a text: tokens of passages only, as {@link PassageReader#project} makes them. */
    private record Kept(float[] vector, byte[] tokens) {}

    List<Entry> index(Collection<Document> documents) {
        List<Draft> drafts = new ArrayList<>();
        Set<String> texts = new LinkedHashSet<>();
        for (Document document : documents) {
            Draft draft = Draft.of(document);
            drafts.add(draft);
            draft.collect(texts);
        }
        Map<String, Kept> kept = embedAll(new ArrayList<>(texts));
        WordCounts.Reader words = new WordCounts.Reader();
        return drafts.stream().map(draft -> draft.finish(kept, words)).toList();
    }

    /** In order, with the tokens' states. */
    List<Embedder.Embedded> embed(List<String> texts) {
        List<Embedder.Embedded> made = embedder.embedTokens(texts);
        if (made.size() != texts.size()) {
            throw new IllegalStateException(
                    "the embedder made " + made.size() + " vectors for " + texts.size() + " texts");
        }
        made.forEach(one -> checked(one.vector()));
        return made;
    }

    private Map<String, Kept> embedAll(List<String> texts) {
        HeapRoom.need(texts.size() * ((long) embedder.dimensions() * Float.BYTES + TEXT_BYTES));
        Map<String, Kept> kept = HashMap.newHashMap(texts.size());
        for (int start = 0; start < texts.size(); start += BATCH) {
            List<String> batch = texts.subList(start, Math.min(texts.size(), start + BATCH));
            List<Embedder.Embedded> made = embed(batch);
            for (int i = 0; i < batch.size(); i++) {
                byte[] tokens = reader == null
                        ? new byte[0]
                        : reader.project(made.get(i).tokens());
                kept.put(batch.get(i), new Kept(made.get(i).vector(), tokens));
            }
        }
        return kept;
    }

    private void checked(float[] vector) {
        if (vector.length != embedder.dimensions()) {
            throw new IllegalStateException(
                    "the embedder made a vector of " + vector.length + " values, not " + embedder.dimensions());
        }
    }

    /**
     * What goes before a chunk when it is embedded, for a chunk alone often does not name its subject: the title, closed
     * like a sentence.
     */
    private static String headingOf(String title) {
        String stripped = title.strip();
        String head = stripped.substring(0, TokenEstimate.fitting(stripped, TITLE_TOKENS));
        return head.isEmpty() || head.matches("(?s).*[.!?:]") ? head : head + ".";
    }

    private record Draft(Document document, String heading, List<String> chunks, List<List<String>> sentences) {
        static Draft of(Document document) {
            String heading = headingOf(document.title());
            List<String> chunks =
                    Chunker.chunks(TableText.told(document.content()), WINDOW - TokenEstimate.of(heading));
            List<List<String>> sentences = chunks.stream().map(Sentences::split).toList();
            return new Draft(document, heading, chunks, sentences);
        }

        void collect(Set<String> texts) {
            if (!document.title().isBlank()) {
                texts.add(document.title());
            }
            chunks.forEach(chunk -> texts.add(embedded(chunk)));
            sentences.forEach(texts::addAll);
        }

        private String embedded(String chunk) {
            if (chunk.isEmpty()) {
                return document.title();
            }
            return heading.isEmpty() ? chunk : heading + " " + chunk;
        }

        Entry finish(Map<String, Kept> kept, WordCounts.Reader words) {
            List<Entry.Chunk> finished = new ArrayList<>();
            for (int i = 0; i < chunks.size(); i++) {
                Kept passage = kept.get(embedded(chunks.get(i)));
                List<Sentence> own = sentences.get(i).stream()
                        .map(text -> new Sentence(text, kept.get(text).vector()))
                        .toList();
                WordCounts counts = words.read(document.title(), chunks.get(i));
                finished.add(new Entry.Chunk(chunks.get(i), passage.vector(), passage.tokens(), own, counts));
            }
            Kept title = kept.get(document.title());
            return new Entry(document, title == null ? null : title.vector(), List.copyOf(finished));
        }
    }
}
