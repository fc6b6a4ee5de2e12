package demitasse.phi3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A vocabulary as one grammar sees it: a trie over classes of characters, in which tokens that the grammar cannot tell
 * apart share a node. Nodes stand in preorder, so that a walk goes through arrays from the front and jumps over what is
 * impossible.
 */
final class GrammarTrie {
    private record Node(int characterClass, Map<Integer, Node> children, List<Integer> ids, List<Tail> tails) {
        static Node of(int characterClass) {
            return new Node(characterClass, new HashMap<>(2), new ArrayList<>(1), new ArrayList<>(0));
        }
    }

    /** A token that ends inside a character. */
    private record Tail(int id, Utf8Tail tail) {}

    private final int nodes;
    private final int[] classes;
    private final int[] depths;
    /** The node after all those below. */
    private final int[] ends;

    private final int[][] ids;
    private final Tail[][] tails;
    private int deepest;

    GrammarTrie(GrammarTable table, GrammarVocabulary vocabulary) {
        Node root = Node.of(GrammarTable.NO_CLASS);
        int count = 1;
        List<Node> path = new ArrayList<>(List.of(root));
        // How much of the path is made; characters of no class cut a token off.
        for (GrammarVocabulary.Token token : vocabulary.tokens()) {
            int[] points = token.points();
            while (path.size() > token.shared() + 1) {
                path.removeLast();
            }
            boolean possible = path.size() == token.shared() + 1;
            for (int i = token.shared(); possible && i < points.length; i++) {
                int characterClass = table.classOf(points[i]);
                possible = characterClass != GrammarTable.NO_CLASS;
                if (possible) {
                    Node above = path.getLast();
                    Node node = above.children().get(characterClass);
                    if (node == null) {
                        node = Node.of(characterClass);
                        above.children().put(characterClass, node);
                        count++;
                    }
                    path.add(node);
                    deepest = Math.max(deepest, path.size());
                }
            }
            if (possible && token.tail() == null) {
                path.getLast().ids().add(token.id());
            } else if (possible && !token.tail().overlong()) {
                path.getLast().tails().add(new Tail(token.id(), token.tail()));
            }
        }
        nodes = count;
        classes = new int[count];
        depths = new int[count];
        ends = new int[count];
        ids = new int[count][];
        tails = new Tail[count][];
        flatten(root, 0, 0);
    }

    private int flatten(Node node, int at, int depth) {
        classes[at] = node.characterClass();
        depths[at] = depth;
        ids[at] = node.ids().stream().mapToInt(Integer::intValue).toArray();
        tails[at] = node.tails().toArray(Tail[]::new);
        int next = at + 1;
        for (Node child : node.children().values()) {
            next = flatten(child, next, depth + 1);
        }
        ends[at] = next;
        return next;
    }

    /** Adds the tokens that may come in a state. */
    void allowed(GrammarStates states, int state, BitSet into) {
        int[] path = new int[deepest + 1];
        Arrays.fill(path, GrammarStates.DEAD);
        path[0] = state;
        addTails(states, state, tails[0], into);
        for (int node = 1; node < nodes; ) {
            int depth = depths[node];
            int to = states.next(path[depth - 1], classes[node]);
            if (to == GrammarStates.DEAD) {
                node = ends[node];
                continue;
            }
            path[depth] = to;
            for (int id : ids[node]) {
                into.set(id);
            }
            addTails(states, to, tails[node], into);
            node++;
        }
    }

    private static void addTails(GrammarStates states, int state, Tail[] tails, BitSet into) {
        for (Tail tail : tails) {
            if (states.mayHold(state, tail.tail().low(), tail.tail().high())) {
                into.set(tail.id());
            }
        }
    }
}
