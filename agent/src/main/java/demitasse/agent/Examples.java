package demitasse.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Embeddings of example texts: each votes for its label, the nearer to the message the louder. A few definitions in plain
 * words carry further into a new trade than a border drawn through other trades' texts. Immutable.
 *
 * @param vectors [labels][examples][dimensions], components of unit vectors in steps of 1/256, cut off at 0.5, which
 *     none of 384 components reaches (the largest of 13,669 texts is 0.34)
 */
record Examples(List<List<byte[]>> vectors, int dimensions) {
    private static final float STEP = 1 / 256f;
    /** How much louder a nearer example is: e^20 between cosine 1 and 0. Chosen with one source left out at a time. */
    private static final double NEARNESS = 20;
    /** Of a label whose examples are of many kinds only the nearest say something. */
    private static final int NEAREST = 5;

    /** By how much a wrong label must have more votes than the right one for a text to be kept. */
    private static final double CLEARLY = 2;

    /** @param examples unit vectors, one list for each intent */
    static Examples of(List<List<float[]>> examples, int dimensions) {
        return new Examples(
                examples.stream()
                        .map(list -> list.stream().map(Examples::steps).toList())
                        .toList(),
                dimensions);
    }

    /**
     * With those of further texts that the examples before them tell clearly wrong: a condensed nearest neighbour rule (Hart
     * 1968), so that what is said often and told easily does not fill the file.
     *
     * @param labels of {@code more}, numbers of lists
     * @param ignored a label whose votes do not count for this
     */
    Examples condensed(List<float[]> more, List<Integer> labels, int ignored) {
        List<List<byte[]>> lists = new ArrayList<>();
        vectors.forEach(list -> lists.add(new ArrayList<>(list)));
        for (int i = 0; i < more.size(); i++) {
            byte[] vector = steps(more.get(i));
            double[] votes = cosines(vector, lists).nearestVotes();
            if (ignored >= 0) {
                votes[ignored] = 0;
            }
            int label = labels.get(i);
            if (Arrays.stream(votes).anyMatch(vote -> vote > CLEARLY * votes[label])) {
                lists.get(label).add(vector);
            }
        }
        return new Examples(lists.stream().map(List::copyOf).toList(), dimensions);
    }

    private static byte[] steps(float[] vector) {
        byte[] steps = new byte[vector.length];
        for (int d = 0; d < steps.length; d++) {
            int step = Math.round(vector[d] / STEP);
            steps[d] = (byte) Math.clamp(step, Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        return steps;
    }

    /** @throws IllegalStateException if the resource is missing or cut off */
    static Examples resource(String name, int intents, int dimensions) {
        try (InputStream in = Examples.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return read(name, in.readAllBytes(), intents, dimensions);
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name, e);
        }
    }

    static Examples read(String name, byte[] bytes, int intents, int dimensions) {
        if (bytes.length % (1 + dimensions) != 0) {
            throw new IllegalStateException(name + ": not a whole number of examples of " + dimensions + " dimensions");
        }
        List<List<byte[]>> lists = new ArrayList<>();
        for (int i = 0; i < intents; i++) {
            lists.add(new ArrayList<>());
        }
        for (int at = 0; at < bytes.length; at += 1 + dimensions) {
            int intent = bytes[at];
            if (intent < 0 || intent >= intents) {
                throw new IllegalStateException(name + ": an example of intent " + intent + " of " + intents);
            }
            byte[] vector = new byte[dimensions];
            System.arraycopy(bytes, at + 1, vector, 0, dimensions);
            lists.get(intent).add(vector);
        }
        return new Examples(lists.stream().map(List::copyOf).toList(), dimensions);
    }

    /** One example after the other: the number of its label in one byte, then its components. */
    void write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < vectors.size(); i++) {
            for (byte[] vector : vectors.get(i)) {
                out.write(i);
                out.write(vector);
            }
        }
        Files.write(file, out.toByteArray());
    }

    boolean isEmpty() {
        return vectors.stream().allMatch(List::isEmpty);
    }

    /** @param vector a unit vector */
    Cosines cosines(float[] vector) {
        return cosines(steps(vector), vectors);
    }

    private static Cosines cosines(byte[] message, List<List<byte[]>> vectors) {
        return new Cosines(vectors.stream()
                .map(examples -> examples.stream()
                        .mapToDouble(example -> cosine(message, example))
                        .toArray())
                .toArray(double[][]::new));
    }

    /** Of one message with all examples: [labels][examples]. */
    record Cosines(double[][] ofLabels) {
        /** The share of each label in the votes; they sum to 1. Labels count the same, however many examples they have. */
        double[] votes() {
            return votes(Integer.MAX_VALUE);
        }

        /** The same of each label's nearest examples alone. */
        double[] nearestVotes() {
            return votes(NEAREST);
        }

        private double[] votes(int most) {
            double[] votes = new double[ofLabels.length];
            double total = 0;
            for (int i = 0; i < votes.length; i++) {
                double[] cosines = nearest(ofLabels[i], most);
                for (double cosine : cosines) {
                    votes[i] += Math.exp(NEARNESS * cosine) / cosines.length;
                }
                total += votes[i];
            }
            for (int i = 0; i < votes.length; i++) {
                votes[i] /= total;
            }
            return votes;
        }

        private static double[] nearest(double[] cosines, int most) {
            if (cosines.length <= most) {
                return cosines;
            }
            double[] sorted = cosines.clone();
            Arrays.sort(sorted);
            return Arrays.copyOfRange(sorted, sorted.length - most, sorted.length);
        }

        /** That of a label's nearest example; 0 if it has none. */
        double nearest(int label) {
            return Arrays.stream(ofLabels[label]).max().orElse(0);
        }
    }

    private static double cosine(byte[] a, byte[] b) {
        int sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum * (double) STEP * STEP;
    }
}
