package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.cli.data.DataFile;
import demitasse.rag.DocumentReader;
import demitasse.rag.Hit;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code search}: what retrieval finds, without an assistant. */
@Command(name = "search", description = "Search a knowledge base: lines {id, hits:[{id, score}]}.")
final class SearchCommand extends BaseCommand {
    @Option(names = "--kb", required = true, paramLabel = "PATH", description = "Documents: a file or a folder.")
    private Path knowledge;

    @Option(names = "--queries", required = true, paramLabel = "FILE", description = "JSONL with id and query.")
    private Path queries;

    @Option(names = "--top", paramLabel = "N", description = "The most hits (default: ${DEFAULT-VALUE}).")
    private int top = 10;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Option(
            names = "--embedding",
            paramLabel = "MODEL",
            description = "A sentence encoder (default: the bundled MiniLM).")
    private String embedding;

    @Override
    void run() throws IOException {
        if (top < 1) {
            throw usage("--top: at least 1");
        }
        var rows = DataFile.jsonLines(queries);
        var documents = DocumentReader.read(knowledge);
        try (Engines engines = new Engines(ModelOption.embedding(embedding, store()))) {
            KnowledgeBase base = engines.knowledge(null);
            base.put(documents);
            JsonLines.answer(rows, output, out(), row -> {
                ObjectNode node = row.answer();
                write(base.search(row.textOf("query", "text"), top), node.putArray("hits"));
                return node;
            });
        }
    }

    /** Those who sort by the score get the order in which the hits stand, though the last ones' scores are another kind of number. */
    private static void write(List<Hit> hits, ArrayNode to) {
        double score = Double.POSITIVE_INFINITY;
        for (Hit hit : hits) {
            score = Math.min(hit.isRead() ? hit.evidence() : hit.score(), Math.nextDown(score));
            to.addObject().put("id", hit.document().id()).put("score", score);
        }
    }
}
