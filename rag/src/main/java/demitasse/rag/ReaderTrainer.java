package demitasse.rag;

import demitasse.rag.ReaderWeights.Layer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Trains {@link PassageReader} on knowledge bases with questions of which it is known what answers them: the projection by
 * {@link PrincipalAxes}, the rest by Adam (arXiv 1412.6980) on the passages that the search finds. Deterministic: the same data
 * and embedder give the same reader.
 */
public final class ReaderTrainer {
    private static final int PASSAGES = 8;
    private static final int EPOCHS = 14;
    private static final int BATCH = 16;
    private static final double RATE = 2e-3;
    private static final double DECAY_OF_MEAN = 0.9;
    private static final double DECAY_OF_SQUARE = 0.999;
    private static final double TINY = 1e-8;
    private static final long SEED = 7;

    // Where training begins: the search's own score decides.
    private static final float FIRST_WEIGHT_OF_SCORE = 8;
    private static final int SCORE = 4;
    private static final float FIRST_NONE = 4;
    private static final float FIRST_OUT = 0.1f;

    /** @param gold ids of the documents of which each answers it; none: no document does */
    public record Labelled(String question, Set<String> gold) {}

    /** A knowledge base with questions. */
    public record Shop(String name, List<Document> documents, List<Labelled> questions) {}

    private final PrintWriter progress;
    private final ReaderWeights untrained;
    private final Map<String, List<ReaderExample>> examples = new LinkedHashMap<>();

    /** Embeds all texts and searches for all questions. */
    public ReaderTrainer(Embedder embedder, List<Shop> shops, PrintWriter progress) {
        this.progress = progress;
        List<String> texts = new ArrayList<>();
        for (Shop shop : shops) {
            shop.documents().forEach(d -> texts.add(d.title() + ". " + d.content()));
            shop.questions().forEach(q -> texts.add(q.question()));
        }
        List<float[]> states = embedder.embedTokens(texts).stream()
                .map(Embedder.Embedded::tokens)
                .toList();
        PrincipalAxes axes = new PrincipalAxes(states, embedder.dimensions(), ReaderWeights.WIDTH);
        untrained = new ReaderWeights(axes.mean, axes.projection, firstLayers());
        for (Shop shop : shops) {
            try (KnowledgeBase base = KnowledgeBase.inMemory(embedder, new PassageReader(untrained))) {
                base.put(shop.documents());
                List<Question> questions = base.questions(
                        shop.questions().stream().map(Labelled::question).toList());
                List<ReaderExample> own = new ArrayList<>();
                for (int i = 0; i < questions.size(); i++) {
                    own.add(base.example(
                            questions.get(i), shop.questions().get(i).gold(), PASSAGES));
                }
                examples.put(shop.name(), own);
            }
        }
    }

    /** Trained on all shops but some. */
    public PassageReader train(Predicate<String> left) {
        List<ReaderExample> used = new ArrayList<>();
        examples.forEach((shop, own) -> {
            if (!left.test(shop)) {
                used.addAll(own);
            }
        });
        ReaderWeights weights = new ReaderWeights(untrained.mean(), untrained.projection(), copy(untrained.layers()));
        fit(weights, used);
        return new PassageReader(weights);
    }

    private void fit(ReaderWeights weights, List<ReaderExample> used) {
        SplittableRandom random = new SplittableRandom(SEED);
        ReaderGradient gradient = new ReaderGradient(weights);
        float[][] means = zeros();
        float[][] squares = zeros();
        int steps = EPOCHS * (used.size() / BATCH);
        int step = 0;
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            shuffle(used, random);
            double loss = 0;
            for (int from = 0; from + BATCH <= used.size(); from += BATCH) {
                gradient.clear();
                for (ReaderExample example : used.subList(from, from + BATCH)) {
                    gradient.drop(random);
                    loss += gradient.add(example);
                }
                double rate = RATE * (1 + Math.cos(Math.PI * step / steps)) / 2;
                move(weights, gradient.gradient, means, squares, rate, ++step);
            }
            progress.printf(Locale.ROOT, "reader: round %d, loss %.4f%n", epoch + 1, loss / used.size());
            progress.flush();
        }
    }

    private static void move(
            ReaderWeights weights, float[][] gradient, float[][] means, float[][] squares, double rate, int step) {
        double meanScale = 1 / (1 - Math.pow(DECAY_OF_MEAN, step));
        double squareScale = 1 / (1 - Math.pow(DECAY_OF_SQUARE, step));
        for (int layer = 0; layer < gradient.length; layer++) {
            float[] values = weights.layers()[layer];
            float[] mean = means[layer];
            float[] square = squares[layer];
            for (int i = 0; i < values.length; i++) {
                double slope = gradient[layer][i] / (double) BATCH;
                mean[i] += (float) ((1 - DECAY_OF_MEAN) * (slope - mean[i]));
                square[i] += (float) ((1 - DECAY_OF_SQUARE) * (slope * slope - square[i]));
                values[i] -= (float) (rate * mean[i] * meanScale / (Math.sqrt(square[i] * squareScale) + TINY));
            }
        }
    }

    private static float[][] firstLayers() {
        SplittableRandom random = new SplittableRandom(SEED);
        float[][] layers = zeros();
        fill(layers[Layer.TOKEN.ordinal()], 1 / Math.sqrt(ReaderWeights.FEATURES), random);
        fill(layers[Layer.JOIN.ordinal()], 1 / Math.sqrt(ReaderWeights.JOINED), random);
        fill(layers[Layer.OUT.ordinal()], FIRST_OUT / Math.sqrt(ReaderWeights.TOP), random);
        layers[Layer.FOUND_DIRECTLY.ordinal()][SCORE] = FIRST_WEIGHT_OF_SCORE;
        layers[Layer.NONE.ordinal()][0] = FIRST_NONE;
        return layers;
    }

    private static void fill(float[] layer, double deviation, SplittableRandom random) {
        for (int i = 0; i < layer.length; i++) {
            layer[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    private static float[][] zeros() {
        float[][] layers = new float[Layer.values().length][];
        for (Layer layer : Layer.values()) {
            layers[layer.ordinal()] = new float[layer.size];
        }
        return layers;
    }

    private static float[][] copy(float[][] layers) {
        float[][] copy = new float[layers.length][];
        for (int i = 0; i < layers.length; i++) {
            copy[i] = layers[i].clone();
        }
        return copy;
    }

    private static void shuffle(List<ReaderExample> list, SplittableRandom random) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            ReaderExample other = list.set(j, list.get(i));
            list.set(i, other);
        }
    }
}
