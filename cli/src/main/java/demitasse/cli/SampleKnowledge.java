package demitasse.cli;

import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import java.io.IOException;
import java.util.List;

/** The knowledge base of a made-up shop, so that a first start has something to answer from. */
final class SampleKnowledge {
    private static final String FOLDER = "samples/kb";

    private SampleKnowledge() {}

    static List<Document> documents() throws IOException {
        return DocumentReader.read(Places.root().resolve(FOLDER));
    }
}
