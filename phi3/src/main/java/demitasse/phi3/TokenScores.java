package demitasse.phi3;

import demitasse.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Scores the tokens of one generation and holds them back until their text is given out. */
final class TokenScores {
    /** @param start where its text begins, in bytes of the output */
    private record Held(ScoredToken token, long start) {}

    private static final byte[] NO_TEXT = {};

    /** Null: tokens have no text. */
    private final Tokenizer tokenizer;

    private final int[] topIds;
    private final Queue<Held> held = new ArrayDeque<>();
    /** Bytes of the tokens so far, and of the text that was given out. */
    private long made;

    private long given;

    /**
     * @param tokenizer null for a model without one
     * @param top likeliest tokens to tell for each place
     */
    TokenScores(Tokenizer tokenizer, int top, int vocabulary) {
        this.tokenizer = tokenizer;
        this.topIds = new int[Math.min(top, vocabulary)];
    }

    /** A token that was chosen now. */
    void add(ScoredToken token) {
        held.add(new Held(token, made));
        made += tokenizer == null ? 0 : tokenizer.piece(token.chosen().id(), false).length;
    }

    /** What the model thought of a token, and of others, that stands after these logits of the whole vocabulary. */
    ScoredToken scored(float[] logits, int id) {
        int top = findLikeliest(logits);
        float most = logits[id];
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        float logSum = most + LogProbabilities.logSum(logits, 0, logits.length, most);
        List<ScoredToken.Score> likeliest = new ArrayList<>(top);
        for (int i = 0; i < top; i++) {
            likeliest.add(score(topIds[i], logits[topIds[i]] - logSum));
        }
        return new ScoredToken(score(id, logits[id] - logSum), likeliest);
    }

    /** The same of what the samplers left, the token among it. */
    ScoredToken sampled(Candidates left, int id) {
        double logSum = Math.log(left.total());
        List<ScoredToken.Score> likeliest = new ArrayList<>();
        for (int i = 0; i < Math.min(topIds.length, left.size()); i++) {
            left.sortUpTo(i);
            if (left.weight(i) == 0) {
                break;
            }
            likeliest.add(score(left.id(i), (float) (Math.log(left.weight(i)) - logSum)));
        }
        return new ScoredToken(score(id, (float) (Math.log(left.weight(left.indexOf(id))) - logSum)), likeliest);
    }

    private ScoredToken.Score score(int id, float logProbability) {
        byte[] bytes = tokenizer == null ? NO_TEXT : tokenizer.piece(id, true);
        return new ScoredToken.Score(id, bytes, logProbability);
    }

    /** Puts the ids of the largest logits in their order, of equal ones the smaller id first; tells how many. */
    private int findLikeliest(float[] logits) {
        int count = 0;
        for (int id = 0; id < logits.length && topIds.length > 0; id++) {
            if (count == topIds.length && !(logits[id] > logits[topIds[count - 1]])) {
                continue;
            }
            int at = count < topIds.length ? count++ : count - 1;
            while (at > 0 && logits[id] > logits[topIds[at - 1]]) {
                topIds[at] = topIds[at - 1];
                at--;
            }
            topIds[at] = id;
        }
        return count;
    }

    /** The tokens of which a piece of text, given out now, has the first byte. */
    List<ScoredToken> of(String piece) {
        given += piece.getBytes(StandardCharsets.UTF_8).length;
        List<ScoredToken> tokens = new ArrayList<>();
        while (!held.isEmpty() && held.peek().start() < given) {
            tokens.add(held.remove().token());
        }
        return tokens;
    }

    /** Those that are left at the end. */
    List<ScoredToken> rest() {
        List<ScoredToken> tokens = held.stream().map(Held::token).toList();
        held.clear();
        return tokens;
    }
}
