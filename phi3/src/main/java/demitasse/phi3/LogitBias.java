package demitasse.phi3;

import java.util.Map;

/** Adds to the logits of single tokens; minus infinity forbids one. */
final class LogitBias implements Sampler {
    private final int[] ids;
    private final float[] biases;

    /** @throws IllegalArgumentException if an id is not of the vocabulary */
    LogitBias(Map<Integer, Float> byId, int vocabulary) {
        ids = new int[byId.size()];
        biases = new float[byId.size()];
        int next = 0;
        for (Map.Entry<Integer, Float> entry : byId.entrySet()) {
            int id = entry.getKey();
            if (id >= vocabulary) {
                throw new IllegalArgumentException("logit bias: token " + id + " of a vocabulary of " + vocabulary);
            }
            ids[next] = id;
            biases[next++] = entry.getValue();
        }
    }

    @Override
    public void apply(Candidates candidates) {
        for (int i = 0; i < ids.length; i++) {
            int index = candidates.indexOf(ids[i]);
            if (index >= 0) {
                candidates.setLogit(index, candidates.logit(index) + biases[i]);
            }
        }
    }
}
