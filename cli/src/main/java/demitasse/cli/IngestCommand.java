package demitasse.cli;

import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ingest}: documents into the store that {@code serve} uses. */
@Command(name = "ingest", description = "Put documents into the knowledge base of a data folder.")
final class IngestCommand extends BaseCommand {
    /** The knowledge base within a data folder. */
    static final String KNOWLEDGE = "knowledge.db";

    @Option(
            names = "--kb",
            required = true,
            paramLabel = "PATH",
            description = "Markdown, HTML, text, CSV or JSONL: a file or a folder.")
    private Path knowledge;

    @Option(names = "--data", paramLabel = "DIR", description = "The data folder (default: data in the checkout).")
    private Path data = Places.data();

    @Option(names = "--replace", description = "Remove all documents that are not among these.")
    private boolean replace;

    @Option(
            names = "--embedding",
            paramLabel = "MODEL",
            description = "A sentence encoder (default: the bundled MiniLM).")
    private String embedding;

    @Override
    void run() throws IOException {
        List<Document> documents = DocumentReader.read(knowledge);
        Places.requireWritable(data);
        try (Engines engines = new Engines(ModelOption.embedding(embedding, store()))) {
            KnowledgeBase base = engines.knowledge(data.resolve(KNOWLEDGE));
            if (replace) {
                base.replaceAll(documents);
            } else {
                base.put(documents);
            }
            notes().say(documents.size() + " documents read; " + data + " holds "
                    + base.documents().size());
        }
    }
}
