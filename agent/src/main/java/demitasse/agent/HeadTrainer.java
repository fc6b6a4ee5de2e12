package demitasse.agent;

import demitasse.rag.Embedder;
import demitasse.rag.PassageReader;
import demitasse.rag.ReaderTrainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Trains the small heads that stand on the embedder: the eight intents ({@link IntentTrainer}), and the signals (question,
 * small talk, off topic, reasons for a person). Deterministic: the same data and embedder give the same files. Each is
 * judged by leaving out one source at a time, because text of a source that was trained on flatters.
 */
public final class HeadTrainer {
    /** Chosen by leaving out one source at a time, see the card. */
    private static final double SIGNAL_PENALTY = 2e-4;

    /** Texts whose label is debatable teach less. */
    private static final double DEBATABLE = 0.3;

    private static final int PARTS_OF_SHOPS = 3;

    /** Scores of documents: none, one that may fit, one that fits. */
    private static final List<Double> DOCUMENT_SCORES = List.of(0.0, 0.3, 0.5);

    private final Embedder embedder;
    private final PrintWriter progress;

    /** @param progress receives the figures as text */
    public HeadTrainer(Embedder embedder, PrintWriter progress) {
        this.embedder = embedder;
        this.progress = progress;
    }

    /**
     * Trains and writes the three files of {@link IntentClassifier}, that of {@link DocumentIntents} and the two of
     * {@link Signals}, which stand in this module's resources.
     *
     * @param evaluation folder with {@code intents/}, as ../shared/eval
     * @param shops folder of made-up shops
     * @param out folder for the heads, made when missing
     * @throws IOException naming the file that could not be read or written
     */
    public void train(Path evaluation, Path shops, Path out) throws IOException {
        Files.createDirectories(out);
        List<TrainingShop> made = TrainingShop.readAll(shops);
        List<TrainingData.Text> intents = TrainingData.intents(evaluation, made);
        List<TrainingData.Text> signals = TrainingData.signals(evaluation, made);
        List<TrainingData.Text> outside = TrainingData.outside(evaluation);
        Map<String, float[]> vectors = embed(Stream.of(intents, signals, outside));
        IntentTrainer.Trained trained = new IntentTrainer(vectors, progress).train(intents);
        trained.classifier().write(out);
        new DocumentIntentTrainer(embedder, trained, progress).train(made).write(out);
        fitSignals(signals, means(outside, vectors), vectors).write(out);
    }

    /**
     * Trains the reader of passages, and fits {@link Answerability} to readers of two thirds of the knowledge bases. Writes
     * {@code reader.bin}, which stands in the resources of {@code rag}, and {@code floor.txt}, which stands in this module's.
     *
     * @param evaluation folder with {@code intents/}, {@code resolution/} and {@code retrieval/}
     * @param shops folder of made-up shops
     */
    public void trainReader(Path evaluation, Path shops, Path out) throws IOException {
        Files.createDirectories(out);
        List<TrainingShop> all = TrainingData.shops(evaluation, shops);
        Embedder once = new RememberingEmbedder(embedder);
        ReaderTrainer trainer = new ReaderTrainer(
                once, all.stream().map(TrainingShop::forReader).toList(), progress);
        PassageReader reader = trainer.train(shop -> false);
        Files.write(out.resolve("reader.bin"), reader.bytes());
        Answerability.Floor floor = new FloorTrainer(once, trainer, progress).train(all);
        Files.writeString(out.resolve("floor.txt"), floor.asText());
    }

    private Map<String, float[]> embed(Stream<List<TrainingData.Text>> texts) {
        List<String> distinct = texts.flatMap(List::stream)
                .map(TrainingData.Text::text)
                .distinct()
                .toList();
        List<float[]> made = embedder.embed(distinct);
        Map<String, float[]> vectors = new HashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            vectors.put(distinct.get(i), made.get(i));
        }
        progress.printf(Locale.ROOT, "%d texts embedded%n", distinct.size());
        return vectors;
    }

    /** The unit mean of the vectors of each label. */
    private static List<float[]> means(List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        Map<String, List<float[]>> labels = new TreeMap<>();
        for (TrainingData.Text text : texts) {
            labels.computeIfAbsent(text.label(), label -> new ArrayList<>()).add(vectors.get(text.text()));
        }
        return labels.values().stream()
                .map(list -> Vectors.unitMean(list, list.getFirst().length))
                .toList();
    }

    private Signals fitSignals(List<TrainingData.Text> texts, List<float[]> outside, Map<String, float[]> vectors) {
        List<String> labels = labels(texts);
        for (List<String> left : together(sources(texts))) {
            List<TrainingData.Text> seen =
                    texts.stream().filter(t -> !left.contains(t.source())).toList();
            List<TrainingData.Text> unseen =
                    texts.stream().filter(t -> left.contains(t.source())).toList();
            Head head = fitRows(labels, seen, vectors, SIGNAL_PENALTY);
            judge("signals without " + left.getFirst() + (left.size() > 1 ? " and others" : ""), head, unseen, vectors);
            judgeReasons(new Signals(head, examples(labels, seen, outside, vectors)), unseen, vectors);
        }
        Head head = fitRows(labels, texts, vectors, SIGNAL_PENALTY);
        judge("signals on their own training text", head, texts, vectors);
        return new Signals(head, examples(labels, texts, outside, vectors));
    }

    /** Sources that are left out together: each by itself, and of the made-up shops a third. */
    static Collection<List<String>> together(List<String> sources) {
        Map<String, List<String>> groups = new TreeMap<>();
        for (int i = 0; i < sources.size(); i++) {
            String source = sources.get(i);
            String group = TrainingData.isShop(source) ? TrainingData.SHOP + i % PARTS_OF_SHOPS : source;
            groups.computeIfAbsent(group, name -> new ArrayList<>()).add(source);
        }
        return groups.values();
    }

    /** Of each label our own texts, of what is off topic what documents do not answer; and of the made-up shops what these do not tell. */
    private static Examples examples(
            List<String> labels, List<TrainingData.Text> texts, List<float[]> outside, Map<String, float[]> vectors) {
        List<List<float[]>> first = labels.stream()
                .map(label -> label.equals(Signals.OFF_TOPIC) ? outside : own(label, texts, vectors))
                .toList();
        List<TrainingData.Text> more = texts.stream()
                .filter(t -> TrainingData.isShop(t.source()) && !t.label().equals(Signals.OFF_TOPIC))
                .toList();
        return Examples.of(first, outside.getFirst().length)
                .condensed(
                        more.stream().map(t -> vectors.get(t.text())).toList(),
                        more.stream().map(t -> labels.indexOf(t.label())).toList(),
                        labels.indexOf(Signals.OFF_TOPIC));
    }

    static List<float[]> own(String label, List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        return texts.stream()
                .filter(t -> t.source().equals(TrainingData.OWN) && t.label().equals(label))
                .map(t -> vectors.get(t.text()))
                .toList();
    }

    static List<String> labels(List<TrainingData.Text> texts) {
        return List.copyOf(
                new TreeSet<>(texts.stream().map(TrainingData.Text::label).toList()));
    }

    static List<String> sources(List<TrainingData.Text> texts) {
        return List.copyOf(
                new TreeSet<>(texts.stream().map(TrainingData.Text::source).toList()));
    }

    /** Every class weighs the same, and within it large sources less than their rows: a template is not a customer. */
    private static Head fitRows(
            List<String> labels, List<TrainingData.Text> texts, Map<String, float[]> vectors, double penalty) {
        return fitRows(labels, texts, vectors, penalty, label -> 1);
    }

    /** @param factors of the labels, for those that shall weigh more */
    static Head fitRows(
            List<String> labels,
            List<TrainingData.Text> texts,
            Map<String, float[]> vectors,
            double penalty,
            ToDoubleFunction<String> factors) {
        Map<String, Integer> counts = new HashMap<>();
        for (TrainingData.Text text : texts) {
            counts.merge(text.label(), 1, Integer::sum);
            counts.merge(text.label() + "@" + text.source(), 1, Integer::sum);
        }
        List<LogisticTrainer.Row> rows = texts.stream()
                .map(t -> new LogisticTrainer.Row(
                        vectors.get(t.text()),
                        labels.indexOf(t.label()),
                        factors.applyAsDouble(t.label()) * weight(t, counts)))
                .toList();
        return LogisticTrainer.fit(labels, rows, penalty);
    }

    private static double weight(TrainingData.Text text, Map<String, Integer> counts) {
        double ofClass = counts.get(text.label());
        double ofSource = counts.get(text.label() + "@" + text.source());
        return (text.core() ? 1 : DEBATABLE) / Math.sqrt(ofClass * ofSource);
    }

    private void judge(String name, Head head, List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        long right = texts.stream()
                .filter(t -> head.labels()
                        .get(IntentClassifier.best(head.probabilities(vectors.get(t.text()))))
                        .equals(t.label()))
                .count();
        progress.printf(
                Locale.ROOT, "%-40s %5d texts  accuracy %.3f%n", name, texts.size(), (double) right / texts.size());
    }

    /** How many texts that need a person are found, and how many others are taken for one. */
    private void judgeReasons(Signals signals, List<TrainingData.Text> texts, Map<String, float[]> vectors) {
        for (double score : DOCUMENT_SCORES) {
            int[] all = new int[2];
            int[] found = new int[2];
            for (TrainingData.Text text : texts) {
                int needs = Signals.isReason(text.label()) ? 1 : 0;
                all[needs]++;
                boolean handsOver =
                        signals.read(vectors.get(text.text())).reason(score).isPresent();
                found[needs] += handsOver ? 1 : 0;
            }
            progress.printf(
                    Locale.ROOT,
                    "%40s need a person: %d of %d found, of others %d of %d taken for it%n",
                    "with a document of " + score,
                    found[1],
                    all[1],
                    found[0],
                    all[0]);
        }
    }
}
