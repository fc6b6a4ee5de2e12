package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * A multinomial logistic regression on an embedding: class probabilities are softmax(weights x vector + bias). Immutable.
 *
 * @param weights [labels][dimensions]
 * @param bias [labels]
 */
record Head(List<String> labels, float[][] weights, float[] bias) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Digits kept in the file: the error is far below the embedder's own. */
    private static final float FILE_SCALE = 1000f;

    /** @throws IllegalStateException if the resource is missing or not a head */
    static Head resource(String name) {
        try {
            return parse(JSON.readTree(WordList.text(name)));
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name, e);
        }
    }

    static Head read(Path file) throws IOException {
        return parse(JSON.readTree(file.toFile()));
    }

    static Head parse(JsonNode root) {
        List<String> labels = StreamSupport.stream(root.get("labels").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        float[][] weights = new float[labels.size()][];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = floats(root.get("weights").get(i));
        }
        return new Head(labels, weights, floats(root.get("bias")));
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /** Writes the head as JSON, one class a line. */
    void write(Path file) throws IOException {
        write(json(), file);
    }

    static void write(ObjectNode root, Path file) throws IOException {
        String text = JSON.writeValueAsString(root).replace("],[", "],\n[") + "\n";
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode names = root.putArray("labels");
        labels.forEach(names::add);
        putRounded(root.putArray("bias"), bias);
        ArrayNode rows = root.putArray("weights");
        for (float[] row : weights) {
            putRounded(rows.addArray(), row);
        }
        return root;
    }

    private static void putRounded(ArrayNode array, float[] values) {
        for (float value : values) {
            array.add(Math.round(value * FILE_SCALE) / (double) FILE_SCALE);
        }
    }

    int dimensions() {
        return weights[0].length;
    }

    /** @return the probability of each label; they sum to 1 */
    double[] probabilities(float[] vector) {
        double[] scores = new double[labels.size()];
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            double sum = bias[i];
            for (int d = 0; d < vector.length; d++) {
                sum += weights[i][d] * vector[d];
            }
            scores[i] = sum;
            highest = Math.max(highest, sum);
        }
        double total = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - highest);
            total += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= total;
        }
        return scores;
    }

    double probability(String label, float[] vector) {
        int index = labels.indexOf(label);
        return index < 0 ? 0 : probabilities(vector)[index];
    }
}
