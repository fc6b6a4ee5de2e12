package demitasse.rag;

import demitasse.testkit.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Search and opening times over many chunks, made of sentences of the shared language text, with an embedder that costs
 * nothing. Not part of the test run: {@code -Dtest=SearchSpeedLab -Dextra.jvm.args=-Dsearch.chunks=10000}.
 */
class SearchSpeedLab {
    private static final int DIMENSIONS = 384;
    private static final int SENTENCES = 7;
    private static final int ROUNDS = 5;

    @TempDir
    private Path folder;

    @Test
    @EnabledIfSystemProperty(named = "search.chunks", matches = "\\d+")
    void measure() throws Exception {
        int count = Integer.getInteger("search.chunks");
        Path file = folder.resolve("kb.db");
        Embedder embedder = new WordBagEmbedder(DIMENSIONS);
        try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
            kb.put(documents(count));
        }
        System.out.printf("LAB file of %d MB%n", Files.size(file) >> 20);
        for (int i = 0; i < ROUNDS; i++) {
            long before = heap();
            long start = System.nanoTime();
            try (KnowledgeBase kb = KnowledgeBase.open(file, embedder)) {
                double opened = (System.nanoTime() - start) / 1e6;
                System.out.printf(
                        Locale.ROOT, "LAB opened in %.0f ms, %d MB of heap%n", opened, (heap() - before) >> 20);
                searchAll(kb, embedder);
                start = System.nanoTime();
                kb.put(List.of(new Document("one", "One more", "A document that comes later.", "")));
                System.out.printf(Locale.ROOT, "LAB one more document in %.0f ms%n", (System.nanoTime() - start) / 1e6);
                kb.remove("one");
            }
        }
    }

    private static void searchAll(KnowledgeBase kb, Embedder embedder) throws Exception {
        List<Double> times = new ArrayList<>();
        for (String line : Files.readAllLines(SharedData.require("eval/intents/banking77_train.csv"))) {
            if (times.size() == 1000) {
                break;
            }
            String query = line.substring(0, line.lastIndexOf(','));
            Question question = kb.question(query);
            long start = System.nanoTime();
            kb.search(question, 5);
            times.add((System.nanoTime() - start) / 1e6);
        }
        double[] sorted =
                times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "LAB search median %.2f ms, p99 %.2f ms, slowest %.2f ms%n",
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                sorted[sorted.length - 1]);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static List<Document> documents(int count) throws Exception {
        List<String> sentences = new ArrayList<>();
        for (String name : List.of("support_rhobank.txt", "inaugural_1933on.txt")) {
            String text = Files.readString(SharedData.require("eval/lmtext/" + name));
            sentences.addAll(
                    Sentences.split(text).stream().filter(s -> s.length() < 300).toList());
        }
        SplittableRandom random = new SplittableRandom(1);
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String[] own = new String[SENTENCES + 1];
            Arrays.setAll(own, s -> sentences.get(random.nextInt(sentences.size())));
            String content = String.join(" ", Arrays.copyOf(own, SENTENCES));
            documents.add(new Document("d" + i, own[SENTENCES].replace('\n', ' '), content, "faq"));
        }
        return documents;
    }
}
