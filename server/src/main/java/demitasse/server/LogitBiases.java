package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a request adds to the logits of tokens. OpenAI's form is an object with token ids as names; llama.cpp also takes
 * pairs of a token, or of a text for all its tokens, and a number, or {@code false} for never.
 */
final class LogitBiases {
    private static final String NAME = "logit_bias";
    private static final int MOST = 100;
    private static final int MOST_ENTRIES = 1_000;
    private static final String FORM = "'" + NAME + "' maps token ids to numbers from -" + MOST + " to " + MOST;

    private final Function<String, int[]> tokens;
    private final Map<Integer, Float> biases = new HashMap<>();

    private LogitBiases(Function<String, int[]> tokens) {
        this.tokens = tokens;
    }

    /**
     * @param tokens of a text; null: only OpenAI's form is taken
     * @throws ApiException 400 if it is neither
     */
    static Map<Integer, Float> read(JsonNode node, Function<String, int[]> tokens) {
        boolean known = node.isObject() || node.isArray() && tokens != null;
        if (!known || node.size() > MOST_ENTRIES) {
            throw ApiException.invalid(
                    NAME, "'" + NAME + "' must be an object of at most " + MOST_ENTRIES + " token ids and numbers");
        }
        LogitBiases read = new LogitBiases(tokens);
        if (node.isArray()) {
            node.forEach(read::addPair);
        } else {
            node.properties().forEach(entry -> read.add(entry.getKey(), bias(entry.getValue())));
        }
        return read.biases;
    }

    private void addPair(JsonNode pair) {
        if (!pair.isArray() || pair.size() != 2) {
            throw invalid();
        }
        JsonNode token = pair.get(0);
        boolean never = pair.get(1).isBoolean() && !pair.get(1).booleanValue();
        float bias = never ? Float.NEGATIVE_INFINITY : bias(pair.get(1));
        if (token.isTextual()) {
            addText(Fields.asText(token, NAME), bias);
        } else {
            add(token.asText(), bias);
        }
    }

    private void add(String id, float bias) {
        if (id.matches("[0-9]{1,9}")) {
            biases.put(Integer.valueOf(id), bias);
        } else {
            addText(id, bias);
        }
    }

    private void addText(String text, float bias) {
        if (tokens == null) {
            throw invalid();
        }
        for (int id : tokens.apply(text)) {
            biases.put(id, bias);
        }
    }

    private static float bias(JsonNode value) {
        double bias = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(Math.abs(bias) <= MOST)) {
            throw invalid();
        }
        return (float) bias;
    }

    /** @throws ApiException 400 if a biased token is not one of so many */
    static void check(Map<Integer, Float> biases, int vocabulary) {
        List<Integer> strange =
                biases.keySet().stream().filter(id -> id >= vocabulary).toList();
        if (!strange.isEmpty()) {
            throw ApiException.invalid(
                    NAME, "'" + NAME + "': token " + strange.getFirst() + " of a vocabulary of " + vocabulary);
        }
    }

    private static ApiException invalid() {
        return ApiException.invalid(NAME, FORM);
    }
}
