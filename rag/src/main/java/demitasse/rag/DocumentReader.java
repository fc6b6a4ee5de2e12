package demitasse.rag;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reads a knowledge base: a file, or a folder of files, in Markdown, HTML, text, CSV or JSONL. */
public final class DocumentReader {
    private DocumentReader() {}

    /**
     * @throws IOException naming the file and line that could not be read
     */
    public static List<Document> read(Path fileOrFolder) throws IOException {
        throw new IOException("not yet");
    }
}
