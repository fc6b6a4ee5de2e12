package demitasse.phi3.grammar;

import demitasse.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** One generation under a grammar: how far its text has come, and which tokens may come next. */
public final class GrammarMasks {
    /** Kept masks; one of 50,000 tokens takes 6 kB. */
    private static final int MOST_MASKS = 2_000;

    private final RuleTable table;
    private final Tokenizer tokenizer;
    private final GrammarVocabulary vocabulary;
    private final TokenTrie trie;
    private final Automaton states;
    /** Tokens that the grammar asks for, though a reader does not see them. */
    private final int[] named;

    private final Map<Integer, BitSet> masks = new HashMap<>();
    private int state;
    /** The character that the text ends inside of, or null. */
    private Utf8Tail tail;

    GrammarMasks(Tokenizer tokenizer, GrammarVocabulary vocabulary, TokenTrie trie) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.trie = trie;
        table = trie.table();
        named = Arrays.stream(table.tokens()).filter(vocabulary.hidden()::get).toArray();
        states = new Automaton(table);
        state = states.start();
    }

    /** The tokens that may come next, with those that end a generation exactly where the grammar can end. */
    BitSet allowed() {
        states.renew();
        if (tail != null) {
            return afterTail(false);
        }
        if (states.full() || masks.size() >= MOST_MASKS) {
            state = states.restart(state);
            masks.clear();
        }
        BitSet known = masks.get(state);
        if (known == null) {
            known = new BitSet(vocabulary.size());
            trie.allowed(states, state, known);
            trie.tokens(states, state, known);
            addEnds(known);
            masks.put(state, known);
        }
        return known;
    }

    /**
     * {@link #allowed} without tokens that the reader does not see: the text that is given out must fit the grammar.
     *
     * @throws GrammarException if none is left, because the vocabulary cannot write what must come
     */
    public BitSet visible() {
        BitSet visible = tail == null ? allowed() : afterTail(true);
        if (visible.intersects(vocabulary.hidden())) {
            visible = (BitSet) visible.clone();
            visible.andNot(vocabulary.hidden());
            addNamed(visible);
        }
        if (visible.isEmpty()) {
            throw new GrammarException("no token of the model's vocabulary is possible where the grammar stands");
        }
        return visible;
    }

    private void addNamed(BitSet into) {
        for (int id : named) {
            if (tail == null && states.asksFor(state, id) && afterToken(id) != Automaton.DEAD) {
                into.set(id);
            }
        }
    }

    /** The state after an element for this token. */
    private int afterToken(int id) {
        Utf8Points points = Utf8Points.decode(tokenizer.piece(id, true), null);
        boolean whole = points != null && points.tail() == null && points.whole().length > 0;
        return whole ? states.next(state, table.classOf(CharSet.ofToken(id))) : Automaton.DEAD;
    }

    private void addEnds(BitSet into) {
        if (states.mayEnd(state)) {
            for (int id : vocabulary.ends()) {
                into.set(id);
            }
        }
    }

    /**
     * Only a token that goes on with the character can come.
     *
     * @param usable without those that llama.cpp allows though no character begins so
     */
    private BitSet afterTail(boolean usable) {
        BitSet found = new BitSet(vocabulary.size());
        for (GrammarVocabulary.Loose token : vocabulary.loose()) {
            Utf8Points points = Utf8Points.decode(token.bytes(), tail);
            if (points != null && fits(points, usable)) {
                found.set(token.id());
            }
        }
        return found;
    }

    private boolean fits(Utf8Points points, boolean usable) {
        int to = after(points.whole());
        Utf8Tail end = points.tail();
        return to != Automaton.DEAD
                && (end == null
                        || (usable ? end.usable() : !end.overlong()) && states.mayHold(to, end.low(), end.high()));
    }

    private int after(int[] points) {
        int to = state;
        for (int point : points) {
            to = states.next(to, table.classOf(point));
        }
        return to;
    }

    /** Tells that a token was chosen. */
    public void accept(int id) {
        states.renew();
        int asToken = tail == null ? afterToken(id) : Automaton.DEAD;
        Utf8Points points = Utf8Points.decode(tokenizer.piece(id, true), tail);
        state = states.union(points == null ? Automaton.DEAD : after(points.whole()), asToken);
        tail = points == null ? null : points.tail();
    }
}
