package demitasse.server;

import demitasse.rag.KnowledgeBase;
import java.nio.file.Path;
import java.util.Map;

/**
 * What those who run a server may look at and do.
 *
 * @param knowledge watched for whether it answers; null: nothing is said of it
 * @param databases files by the name that metrics give them
 */
public record Operations(KnowledgeBase knowledge, Map<String, Path> databases) {
    public static final Operations NONE = new Operations(null, Map.of());

    public Operations {
        databases = Map.copyOf(databases);
    }
}
