package demitasse.rag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files that a knowledge base is made from, so that it can be brought into step with them again. */
public final class KnowledgeSource {
    /**
     * What a reload came to.
     *
     * @param documents that there are now
     */
    public record Change(int documents, int added, int changed, int removed) {}

    private final KnowledgeBase base;
    private final Path files;

    /** @param files see {@link DocumentReader} */
    public KnowledgeSource(KnowledgeBase base, Path files) {
        this.base = base;
        this.files = files;
    }

    public Path files() {
        return files;
    }

    /**
     * Reads the files and makes the documents of the knowledge base those of the files, all or nothing: where any of
     * them cannot be read, or there is none, the knowledge base stays as it is. Searches go on meanwhile.
     *
     * @throws IOException naming what was wrong with the files
     */
    public synchronized Change reload() throws IOException {
        List<Document> documents = DocumentReader.read(files);
        Map<String, Document> before = new HashMap<>();
        base.documents().forEach(document -> before.put(document.id(), document));
        base.fillFrom(files, documents);
        int added = 0;
        int changed = 0;
        for (Document document : documents) {
            Document old = before.remove(document.id());
            added += old == null ? 1 : 0;
            changed += old == null || old.equals(document) ? 0 : 1;
        }
        return new Change(documents.size(), added, changed, before.size());
    }

    /** Of these files; see {@link #state(Path)}. */
    public String state() throws IOException {
        return state(files);
    }

    /** Differs when files have come, gone or been written: their names, sizes and times. "" if there is nothing. */
    public static String state(Path files) throws IOException {
        if (!Files.exists(files)) {
            return "";
        }
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(files)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
                if (file.isRegularFile()) {
                    found.put(path.toString(), file.size() + "@" + file.lastModifiedTime());
                }
            }
        }
        return found.toString();
    }
}
