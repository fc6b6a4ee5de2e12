package demitasse.phi3.grammar;

import demitasse.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** A model's tokens as the code points that they add to a text. Made once per model; safe for several threads. */
public final class GrammarVocabulary {
    /**
     * A token that begins on a character.
     *
     * @param points its whole characters
     * @param tail the character that it ends inside of, or null
     * @param shared leading characters that it has in common with the token before it
     */
    record Token(int id, int[] points, Utf8Tail tail, int shared) {}

    /** A token that begins with bytes which go on with a character. */
    record Loose(int id, byte[] bytes) {}

    private final Tokenizer tokenizer;
    /** The vocabulary as each grammar in use sees it. */
    private final Map<Grammar, TokenTrie> tries = new WeakHashMap<>();

    private final int size;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Loose> loose = new ArrayList<>();
    private final int[] ends;
    private final int longest;
    private final BitSet hidden = new BitSet();

    public GrammarVocabulary(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        size = tokenizer.vocabulary().size();
        List<Token> unsorted = new ArrayList<>();
        List<Integer> eog = new ArrayList<>();
        for (int id = 0; id < size; id++) {
            if (tokenizer.vocabulary().isEndOfGeneration(id)) {
                eog.add(id);
                continue;
            }
            byte[] piece = tokenizer.piece(id, true);
            if (tokenizer.piece(id, false).length == 0) {
                hidden.set(id);
            }
            if (piece.length == 0 || piece[0] == 0) {
                continue;
            }
            if (Utf8Tail.continues(piece[0])) {
                loose.add(new Loose(id, piece));
            }
            Utf8Points points = Utf8Points.decode(piece, null);
            if (points != null) {
                if (points.tail() != null && !points.tail().usable()) {
                    hidden.set(id);
                }
                unsorted.add(new Token(id, points.whole(), points.tail(), 0));
            }
        }
        ends = eog.stream().mapToInt(Integer::intValue).toArray();
        longest = unsorted.stream().mapToInt(t -> t.points().length).max().orElse(0);
        unsorted.sort(Comparator.comparing(Token::points, Arrays::compare));
        int[] before = {};
        for (Token token : unsorted) {
            int differs = Arrays.mismatch(before, token.points());
            int shared = differs < 0 ? before.length : differs;
            tokens.add(new Token(token.id(), token.points(), token.tail(), shared));
            before = token.points();
        }
    }

    /**
     * A grammar for one generation.
     *
     * @throws GrammarException if no text satisfies the grammar, or it names tokens that there are not
     */
    public GrammarMasks masks(Grammar grammar) {
        synchronized (tries) {
            TokenTrie trie = tries.computeIfAbsent(grammar, key -> trie(key.table(this::tokenOf)));
            return new GrammarMasks(tokenizer, this, trie);
        }
    }

    private TokenTrie trie(RuleTable table) {
        if (!table.satisfiable()) {
            throw new GrammarException("the grammar cannot be satisfied: it accepts no text");
        }
        for (int id : table.tokens()) {
            if (id >= size) {
                throw new GrammarException("grammar: token " + id + " is beyond the model's vocabulary");
            }
            if (tokenizer.vocabulary().isEndOfGeneration(id)) {
                throw new GrammarException("grammar: token " + id + " ends a generation, nothing can hold it");
            }
        }
        return new TokenTrie(table, this);
    }

    private int tokenOf(String text) {
        int[] ids = tokenizer.encode(text, false, true);
        if (ids.length != 1) {
            throw new GrammarException("grammar: '" + text + "' is not one token of the model's vocabulary");
        }
        return ids[0];
    }

    int size() {
        return size;
    }

    /** Characters of the longest token. */
    int longest() {
        return longest;
    }

    /** In the order of their characters. */
    List<Token> tokens() {
        return tokens;
    }

    /** Those that end where a character ends. */
    int[] whole() {
        return tokens.stream().filter(t -> t.tail() == null).mapToInt(Token::id).toArray();
    }

    List<Loose> loose() {
        return loose;
    }

    /** The tokens that end a generation. */
    int[] ends() {
        return ends;
    }

    /** Tokens that add nothing, or no character, to what the reader sees, though they have a text of their own. */
    BitSet hidden() {
        return hidden;
    }
}
