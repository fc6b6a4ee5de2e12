package demitasse.agent.pii;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Names of people and postal addresses by a trained sequence model (TAGGER.md is its card). Immutable. */
final class Tagger {
    private static final String RESOURCE = "tagger.bin";
    /** Added to the score of each token of a name: a missed name is worse than a word masked for nothing. */
    private static final float NAME_BIAS = 1.2f;

    private static final int SHORTEST_POSTCODE = 4;

    private final TaggerModel model;
    private final Lexicon lexicon;

    Tagger(TaggerModel model, Lexicon lexicon) {
        this.model = model;
        this.lexicon = lexicon;
    }

    static Tagger bundled() {
        return Bundled.TAGGER;
    }

    /** Loaded at first use. */
    private static final class Bundled {
        static final Tagger TAGGER = new Tagger(load(), Lexicon.bundled());
    }

    private static TaggerModel load() {
        try (InputStream in = Tagger.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return TaggerModel.read(new BufferedInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + RESOURCE, e);
        }
    }

    /**
     * @param found what rules have found, without overlaps, by position
     * @return names and addresses; they may overlap {@code found}
     */
    List<PiiRule.Match> find(String text, List<PiiRule.Match> found) {
        Tokens tokens = Tokens.of(text, found);
        int[] labels = best(tokens);
        List<PiiRule.Match> matches = new ArrayList<>();
        int i = 0;
        while (i < labels.length) {
            int label = labels[i];
            int first = i++;
            if (label != TaggerModel.NAME && label != TaggerModel.ADDRESS) {
                continue;
            }
            while (i < labels.length && labels[i] == label + 1) {
                i++;
            }
            String type = label == TaggerModel.NAME ? "name" : "address";
            add(tokens, type, first, i - 1, matches);
        }
        return matches;
    }

    /** Signs at the borders are no part of a finding; nothing but signs or findings of rules is none. */
    private static void add(Tokens tokens, String type, int from, int to, List<PiiRule.Match> matches) {
        int first = from;
        int last = to;
        while (first <= last && !isWord(tokens.word()[first])) {
            first++;
        }
        while (last >= first && !isWord(tokens.word()[last])) {
            last--;
        }
        if (first <= last && !isBareNumber(tokens, first, last) && !isReference(tokens, type, first)) {
            matches.add(new PiiRule.Match(type, tokens.start()[first], tokens.end()[last]));
        }
    }

    /** A house number or the like by itself tells nothing. */
    private static boolean isBareNumber(Tokens tokens, int first, int last) {
        String word = tokens.word()[first];
        return first == last
                && word.length() < SHORTEST_POSTCODE
                && word.chars().allMatch(Character::isDigit);
    }

    private static boolean isReference(Tokens tokens, String type, int first) {
        return type.equals("address") && Context.isNumberOf(tokens.text(), tokens.start()[first]);
    }

    private static boolean isWord(String word) {
        return Character.isLetterOrDigit(word.codePointAt(0));
    }

    /** Viterbi. */
    private int[] best(Tokens tokens) {
        int n = tokens.size();
        int labels = TaggerModel.LABELS;
        if (n == 0) {
            return new int[0];
        }
        float[] scores = model.scores(Features.of(tokens, lexicon));
        for (int i = 0; i < n; i++) {
            scores[i * labels + TaggerModel.NAME] += NAME_BIAS;
            scores[i * labels + TaggerModel.NAME + 1] += NAME_BIAS;
        }
        int[][] from = new int[n][labels];
        float[] sums = new float[labels];
        for (int y = 0; y < labels; y++) {
            sums[y] = TaggerModel.isAllowed(TaggerModel.OUTSIDE, y)
                    ? model.transitions()[labels][y] + scores[y]
                    : Float.NEGATIVE_INFINITY;
        }
        for (int i = 1; i < n; i++) {
            float[] next = new float[labels];
            for (int y = 0; y < labels; y++) {
                float best = Float.NEGATIVE_INFINITY;
                for (int x = 0; x < labels; x++) {
                    float sum = sums[x] + model.transitions()[x][y];
                    if (sum > best && TaggerModel.isAllowed(x, y)) {
                        best = sum;
                        from[i][y] = x;
                    }
                }
                next[y] = best + scores[i * labels + y];
            }
            sums = next;
        }
        int[] path = new int[n];
        for (int y = 1; y < labels; y++) {
            path[n - 1] = sums[y] > sums[path[n - 1]] ? y : path[n - 1];
        }
        for (int i = n - 1; i > 0; i--) {
            path[i - 1] = from[i][path[i]];
        }
        return path;
    }
}
