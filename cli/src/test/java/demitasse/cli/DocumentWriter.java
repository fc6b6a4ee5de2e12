package demitasse.cli;

import demitasse.rag.Document;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Puts documents into a knowledge base until it is killed, and prints the name of each that is acknowledged. */
final class DocumentWriter {
    private static final int KEPT = 200;

    private DocumentWriter() {}

    /** Vectors of letters: a model would take most of the time. */
    static final class Letters implements Embedder {
        private static final int DIMENSIONS = 16;

        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(Letters::embed).toList();
        }

        private static float[] embed(String text) {
            float[] vector = new float[DIMENSIONS];
            text.chars().forEach(c -> vector[c % DIMENSIONS]++);
            double squares = 0;
            for (float value : vector) {
                squares += value * value;
            }
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] /= (float) Math.sqrt(squares);
            }
            return vector;
        }
    }

    /** File and seed. Lines: {@code +id version} for a document put, {@code -id} for one removed. */
    public static void main(String[] args) {
        Random random = new Random(Long.parseLong(args[1]));
        try (KnowledgeBase base = KnowledgeBase.open(Path.of(args[0]), new Letters())) {
            System.out.println("open " + base.documents().size());
            while (true) {
                String id = "d" + random.nextInt(KEPT);
                if (random.nextInt(4) == 0) {
                    base.remove(id);
                    System.out.println("-" + id);
                } else {
                    String version = Long.toString(random.nextLong(), Character.MAX_RADIX);
                    base.put(List.of(document(id, version)));
                    System.out.println("+" + id + " " + version);
                }
            }
        }
    }

    static Document document(String id, String version) {
        return new Document(id, "Document " + id, ("Version " + version + " of this one. ").repeat(20), "test");
    }
}
