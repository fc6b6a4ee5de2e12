package demitasse.phi3;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** One grammar over one vocabulary: its states and the tokens that may come in each. Safe for several threads. */
final class GrammarMasks {
    /** Kept masks; one of 50,000 tokens takes 6 kB. */
    private static final int MOST_MASKS = 2_000;

    /**
     * How far a text has come. States are renumbered now and then, which {@code era} tells.
     *
     * @param tail the character that the text ends inside of, or null
     */
    private static final class Place {
        private int state;
        private Utf8Tail tail;
    }

    private final GrammarTable table;
    private final GrammarVocabulary vocabulary;
    private final GrammarTrie trie;
    private final GrammarStates states;
    private final Map<Integer, BitSet> masks = new HashMap<>();
    private final Place place = new Place();

    GrammarMasks(Grammar grammar, GrammarVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        table = grammar.table();
        states = new GrammarStates(table);
        trie = new GrammarTrie(table, vocabulary);
        place.state = states.start();
    }
}
