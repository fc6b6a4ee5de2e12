package demitasse.agent;

import demitasse.rag.Hit;
import java.util.List;

/** The one thing the assistant wants of a knowledge base. */
@FunctionalInterface
interface Search {
    List<Hit> find(String query, float[] vector, int limit);
}
