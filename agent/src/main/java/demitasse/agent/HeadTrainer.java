package demitasse.agent;

import demitasse.rag.Embedder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Trains the small heads that stand on the embedder: the eight intents, and the signals (question, small talk, off topic,
 * reasons for a person). Deterministic: the same data and embedder give the same files. Each head is judged by leaving
 * out one source at a time, because text of a source that was trained on flatters.
 */
public final class HeadTrainer {
    private static final int EMBED_BATCH = 64;
    /** Chosen by leaving out one source at a time, see the card; the signals need sharper probabilities. */
    private static final double INTENT_PENALTY = 1e-3;

    private static final double SIGNAL_PENALTY = 2e-4;

    private static final List<Double> REASON_THRESHOLDS = List.of(0.5, 0.6, 0.7, 0.8);

    private final Embedder embedder;
    private final PrintWriter progress;

    /** @param progress receives the figures as text */
    public HeadTrainer(Embedder embedder, PrintWriter progress) {
        this.embedder = embedder;
        this.progress = progress;
    }

    /**
     * Trains and writes {@code intents.json} and {@code signals.json}, which stand in this module's resources.
     *
     * @param evaluation folder with {@code intents/}, as ../shared/eval
     * @param out folder for the heads, made when missing
     * @throws IOException naming the file that could not be read or written
     */
    public void train(Path evaluation, Path out) throws IOException {
        Files.createDirectories(out);
        Map<String, float[]> vectors = new HashMap<>();
        List<TrainingData.Text> intents = TrainingData.intents(evaluation);
        List<TrainingData.Text> signals = TrainingData.signals(evaluation);
        embed(intents, vectors);
        embed(signals, vectors);
        fit("intents", intents, vectors, INTENT_PENALTY).write(out.resolve("intents.json"));
        fit("signals", signals, vectors, SIGNAL_PENALTY).write(out.resolve("signals.json"));
    }

    /**
     * Fits {@link Answerability} and writes {@code floor.txt}.
     *
     * @param evaluation folder with {@code intents/}, {@code resolution/} and {@code retrieval/}
     */
    public void trainFloor(Path evaluation, Path out) throws IOException {
        Files.createDirectories(out);
        Answerability.Floor floor = new FloorTrainer(embedder, progress).train(evaluation);
        Files.writeString(out.resolve("floor.txt"), floor.asText());
    }

    private void embed(List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        List<String> missing = texts.stream()
                .map(TrainingData.Text::text)
                .distinct()
                .filter(text -> !vectors.containsKey(text))
                .toList();
        for (int from = 0; from < missing.size(); from += EMBED_BATCH) {
            List<String> batch = missing.subList(from, Math.min(missing.size(), from + EMBED_BATCH));
            List<float[]> made = embedder.embed(batch);
            for (int i = 0; i < batch.size(); i++) {
                vectors.put(batch.get(i), made.get(i));
            }
        }
        progress.printf(Locale.ROOT, "%d texts embedded%n", missing.size());
    }

    private Head fit(String name, List<TrainingData.Text> texts, Map<String, float[]> vectors, double penalty) {
        List<String> labels = new ArrayList<>(
                new TreeSet<>(texts.stream().map(TrainingData.Text::label).toList()));
        for (String source :
                new TreeSet<>(texts.stream().map(TrainingData.Text::source).toList())) {
            List<TrainingData.Text> seen =
                    texts.stream().filter(t -> !t.source().equals(source)).toList();
            List<TrainingData.Text> unseen = texts.stream()
                    .filter(t -> t.source().equals(source) && t.core())
                    .toList();
            if (!unseen.isEmpty()) {
                Head head = fitRows(labels, seen, vectors, penalty);
                judge(name + " without " + source, head, unseen, vectors);
                judgeReasons(head, unseen, vectors);
            }
        }
        Head head = fitRows(labels, texts, vectors, penalty);
        judge(name + " on its own training text", head, texts, vectors);
        return head;
    }

    /** Every class weighs the same, and within it large sources less than their rows: a template is not a customer. */
    private static Head fitRows(
            List<String> labels, List<TrainingData.Text> texts, Map<String, float[]> vectors, double penalty) {
        Map<String, Integer> counts = new HashMap<>();
        for (TrainingData.Text text : texts) {
            counts.merge(text.label(), 1, Integer::sum);
            counts.merge(text.label() + "@" + text.source(), 1, Integer::sum);
        }
        List<LogisticTrainer.Row> rows = texts.stream()
                .map(t -> new LogisticTrainer.Row(vectors.get(t.text()), labels.indexOf(t.label()), weight(t, counts)))
                .toList();
        return LogisticTrainer.fit(labels, rows, penalty);
    }

    private static double weight(TrainingData.Text text, Map<String, Integer> counts) {
        double ofClass = counts.get(text.label());
        double ofSource = counts.get(text.label() + "@" + text.source());
        return 1 / Math.sqrt(ofClass * ofSource);
    }

    private void judge(String name, Head head, List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        int strict = 0;
        int lenient = 0;
        for (TrainingData.Text text : texts) {
            double[] p = head.probabilities(vectors.get(text.text()));
            int best = 0;
            for (int i = 1; i < p.length; i++) {
                best = p[i] > p[best] ? i : best;
            }
            String label = head.labels().get(best);
            strict += label.equals(text.label()) ? 1 : 0;
            lenient += label.equals(text.label()) || text.acceptable().contains(label) ? 1 : 0;
        }
        progress.printf(
                Locale.ROOT,
                "%-40s %5d texts  accuracy %.3f  with acceptable others %.3f%n",
                name,
                texts.size(),
                (double) strict / texts.size(),
                (double) lenient / texts.size());
    }

    /** For the signals: how many texts that need a person are found, and how many others are taken for one. */
    private void judgeReasons(Head head, List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        if (!head.labels().contains(Signals.QUESTION)) {
            return;
        }
        Signals signals = new Signals(head);
        for (double threshold : REASON_THRESHOLDS) {
            int[] all = new int[2];
            int[] found = new int[2];
            for (TrainingData.Text text : texts) {
                int needs = Signals.isReason(text.label()) ? 1 : 0;
                all[needs]++;
                double p = signals.read(vectors.get(text.text())).reasonProbability();
                found[needs] += p > threshold ? 1 : 0;
            }
            progress.printf(
                    Locale.ROOT,
                    "%40s need a person: %d of %d found, of others %d of %d taken for it%n",
                    "above " + threshold,
                    found[1],
                    all[1],
                    found[0],
                    all[0]);
        }
    }
}
