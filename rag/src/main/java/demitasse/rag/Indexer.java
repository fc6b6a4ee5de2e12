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
    /** To be raised when chunks, sentences or terms of the same document come out differently: stores are rebuilt. */
    static final int VERSION = 1;

    /** Texts per call of the embedder: enough for its batches, few enough that a vector list stays small. */
    private static final int BATCH = 64;

    private final Embedder embedder;

    Indexer(Embedder embedder) {
        this.embedder = embedder;
    }

    List<Entry> index(Collection<Document> documents) {
        List<Draft> drafts = new ArrayList<>();
        Set<String> texts = new LinkedHashSet<>();
        for (Document document : documents) {
            Draft draft = Draft.of(document);
            drafts.add(draft);
            draft.collect(texts);
        }
        Map<String, float[]> vectors = embedAll(new ArrayList<>(texts));
        return drafts.stream().map(draft -> draft.finish(vectors)).toList();
    }

    float[] embed(String text) {
        return embedAll(List.of(text)).get(text);
    }

    private Map<String, float[]> embedAll(List<String> texts) {
        Map<String, float[]> vectors = HashMap.newHashMap(texts.size());
        for (int start = 0; start < texts.size(); start += BATCH) {
            List<String> batch = texts.subList(start, Math.min(texts.size(), start + BATCH));
            List<float[]> made = embedder.embed(batch);
            if (made.size() != batch.size()) {
                throw new IllegalStateException(
                        "the embedder made " + made.size() + " vectors for " + batch.size() + " texts");
            }
            for (int i = 0; i < batch.size(); i++) {
                vectors.put(batch.get(i), checked(made.get(i)));
            }
        }
        return vectors;
    }

    private float[] checked(float[] vector) {
        if (vector.length != embedder.dimensions()) {
            throw new IllegalStateException(
                    "the embedder made a vector of " + vector.length + " values, not " + embedder.dimensions());
        }
        return vector;
    }

    /** What the encoder reads of a chunk: the title goes before it, for a chunk alone often does not name its subject. */
    private static String titled(String title, String text) {
        if (title.isBlank() || text.isBlank()) {
            return title + text;
        }
        return (title.matches(".*[.!?:]\\s*") ? title : title + ".") + " " + text;
    }

    private record Draft(Document document, List<String> chunks, List<List<String>> sentences) {
        static Draft of(Document document) {
            List<String> chunks = Chunker.chunks(document.content());
            return new Draft(
                    document, chunks, chunks.stream().map(Sentences::split).toList());
        }

        void collect(Set<String> texts) {
            if (!document.title().isBlank()) {
                texts.add(document.title());
            }
            chunks.forEach(chunk -> texts.add(titled(document.title(), chunk)));
            sentences.forEach(texts::addAll);
        }

        Entry finish(Map<String, float[]> vectors) {
            List<Entry.Chunk> finished = new ArrayList<>();
            for (int i = 0; i < chunks.size(); i++) {
                float[] vector = vectors.get(titled(document.title(), chunks.get(i)));
                List<Sentence> own = sentences.get(i).stream()
                        .map(text -> new Sentence(text, vectors.get(text)))
                        .toList();
                finished.add(new Entry.Chunk(0, chunks.get(i), vector, own));
            }
            return new Entry(document, vectors.get(document.title()), List.copyOf(finished));
        }
    }
}
