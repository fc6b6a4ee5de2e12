package demitasse.phi3.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A vocabulary as one grammar sees it: a trie over classes of characters, in which tokens that the grammar cannot tell
 * apart share a node. Nodes stand in preorder, so that a walk goes through arrays from the front and jumps over what is
 * impossible; and where a state leads to itself with every class below a node, as inside of strings, over what is
 * possible too. Immutable.
 */
final class TokenTrie {
    private static final int NONE = -1;

    /** Finding a state's loops costs about as much as walking so many nodes. */
    private static final int WORTH_A_LOOK = 256;

    /** A token that ends inside a character. */
    private record Tail(int id, Utf8Tail tail) {}

    private final RuleTable table;
    /** Tokens that are whole characters, if the grammar has elements for tokens. */
    private final int[] tokens;

    private final int[] classes;
    private final int[] depths;
    /** The node after all those below. */
    private final int[] ends;
    /** The classes on the way from a node to those below, see {@link Automaton#bit}. */
    private final long[] below;
    /** Where a node's tokens begin in {@link #ids}; they end where the next node's begin. */
    private final int[] firstIds;

    private final int[] ids;
    private final int[] firstTails;
    private final Tail[] tails;
    private final int deepest;

    TokenTrie(RuleTable table, GrammarVocabulary vocabulary) {
        this.table = table;
        tokens = table.hasTokens() ? vocabulary.whole() : new int[0];
        Growing trie = new Growing();
        trie.build(table, vocabulary);
        int count = trie.count;
        classes = new int[count];
        depths = new int[count];
        ends = new int[count];
        below = new long[count];
        firstIds = new int[count + 1];
        firstTails = new int[count + 1];
        ids = new int[trie.whole];
        List<Tail> allTails = new ArrayList<>();
        int[] places = order(trie);
        int[] next = new int[count];
        for (int node = 0; node < count; node++) {
            next[places[node]] = node;
        }
        int at = 0;
        for (int place = 0; place < count; place++) {
            int node = next[place];
            classes[place] = trie.classes[node];
            depths[place] = trie.depths[node];
            firstIds[place] = at;
            firstTails[place] = allTails.size();
            for (int t = trie.tokens[node]; t != NONE; t = trie.nextToken[t]) {
                GrammarVocabulary.Token token = vocabulary.tokens().get(t);
                if (token.tail() == null) {
                    ids[at++] = token.id();
                } else {
                    allTails.add(new Tail(token.id(), token.tail()));
                }
            }
        }
        firstIds[count] = at;
        firstTails[count] = allTails.size();
        tails = allTails.toArray(Tail[]::new);
        deepest = Arrays.stream(depths).max().orElse(0);
        close();
    }

    /** The place of each node in preorder. */
    private static int[] order(Growing trie) {
        int[] places = new int[trie.count];
        int place = 0;
        int node = 0;
        while (true) {
            places[node] = place++;
            if (trie.children[node] != NONE) {
                node = trie.children[node];
                continue;
            }
            while (node != 0 && trie.siblings[node] == NONE) {
                node = trie.parents[node];
            }
            if (node == 0) {
                return places;
            }
            node = trie.siblings[node];
        }
    }

    private void close() {
        int[] lastAtDepth = new int[deepest + 1];
        Arrays.fill(lastAtDepth, classes.length);
        // From the back: a node ends at the next one that is not deeper.
        for (int node = classes.length - 1; node >= 0; node--) {
            int end = classes.length;
            for (int depth = 0; depth <= depths[node]; depth++) {
                end = Math.min(end, lastAtDepth[depth]);
            }
            ends[node] = end;
            lastAtDepth[depths[node]] = node;
            for (int child = node + 1; child < end; child = ends[child]) {
                below[node] |= below[child] | Automaton.bit(classes[child]);
            }
        }
    }

    RuleTable table() {
        return table;
    }

    /** Adds the tokens that may come in a state by themselves, not for their characters. */
    void tokens(Automaton states, int state, BitSet into) {
        for (int id : tokens) {
            if (states.next(state, table.classOf(CharSet.ofToken(id))) != Automaton.DEAD) {
                into.set(id);
            }
        }
    }

    /** Adds the tokens that may come in a state. */
    void allowed(Automaton states, int state, BitSet into) {
        int[] path = new int[deepest + 1];
        path[0] = state;
        int node = 0;
        while (node < classes.length) {
            int depth = depths[node];
            if (depth > 0) {
                path[depth] = states.next(path[depth - 1], classes[node]);
            }
            int to = path[depth];
            if (to == Automaton.DEAD) {
                node = ends[node];
                continue;
            }
            boolean all = ends[node] - node > WORTH_A_LOOK && (below[node] & ~states.loops(to)) == 0;
            int after = all ? ends[node] : node + 1;
            for (int i = firstIds[node]; i < firstIds[after]; i++) {
                into.set(ids[i]);
            }
            for (int i = firstTails[node]; i < firstTails[after]; i++) {
                Utf8Tail tail = tails[i].tail();
                if (states.mayHold(to, tail.low(), tail.high())) {
                    into.set(tails[i].id());
                }
            }
            node = after;
        }
    }

    /** The trie while it is made: lists of children and tokens, linked through arrays. */
    private static final class Growing {
        private int count = 1;
        private int whole;
        private int[] classes = new int[1 << 12];
        private int[] depths = new int[1 << 12];
        private int[] parents = new int[1 << 12];
        private int[] children = new int[1 << 12];
        private int[] siblings = new int[1 << 12];
        private int[] tokens = new int[1 << 12];
        private int[] nextToken;

        void build(RuleTable table, GrammarVocabulary vocabulary) {
            children[0] = siblings[0] = tokens[0] = parents[0] = NONE;
            List<GrammarVocabulary.Token> all = vocabulary.tokens();
            nextToken = new int[all.size()];
            // The nodes of the last token, as far as they are possible.
            int[] path = new int[vocabulary.longest() + 1];
            int made = 0;
            for (int t = 0; t < all.size(); t++) {
                GrammarVocabulary.Token token = all.get(t);
                int[] points = token.points();
                boolean possible = made >= token.shared();
                made = Math.min(made, token.shared());
                while (possible && made < points.length) {
                    int characterClass = table.classOf(points[made]);
                    possible = characterClass != RuleTable.NO_CLASS;
                    if (possible) {
                        path[made + 1] = child(path[made], characterClass);
                        made++;
                    }
                }
                if (possible && (token.tail() == null || !token.tail().overlong())) {
                    nextToken[t] = tokens[path[made]];
                    tokens[path[made]] = t;
                    whole += token.tail() == null ? 1 : 0;
                }
            }
        }

        private int child(int node, int characterClass) {
            for (int child = children[node]; child != NONE; child = siblings[child]) {
                if (classes[child] == characterClass) {
                    return child;
                }
            }
            if (count == classes.length) {
                grow();
            }
            classes[count] = characterClass;
            depths[count] = depths[node] + 1;
            parents[count] = node;
            children[count] = tokens[count] = NONE;
            siblings[count] = children[node];
            children[node] = count;
            return count++;
        }

        private void grow() {
            int length = 2 * count;
            classes = Arrays.copyOf(classes, length);
            depths = Arrays.copyOf(depths, length);
            parents = Arrays.copyOf(parents, length);
            children = Arrays.copyOf(children, length);
            siblings = Arrays.copyOf(siblings, length);
            tokens = Arrays.copyOf(tokens, length);
        }
    }
}
