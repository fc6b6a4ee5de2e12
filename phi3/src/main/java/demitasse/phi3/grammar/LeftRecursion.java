package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.List;

/** Finds rules that can begin with themselves: following them, a matcher's stack would grow without end. */
final class LeftRecursion {
    /** A rule that may stand first in another; {@code grows} if something follows it there. */
    private record Edge(int to, boolean grows) {}

    private final List<List<Edge>> edges = new ArrayList<>();
    /** Tarjan's strongly connected components (1972), with an explicit stack. */
    private final int[] order;

    private final int[] low;
    private final int[] component;
    private int visited;

    private LeftRecursion(RuleBuilder builder, boolean[] nullable) {
        int rules = builder.ruleCount();
        order = new int[rules];
        low = new int[rules];
        component = new int[rules];
        for (int rule = 0; rule < rules; rule++) {
            edges.add(edges(builder, rule, nullable));
        }
    }

    /**
     * Refuses left recursion.
     *
     * @param strict refuse also what llama.cpp refuses without need: a cycle behind a rule with an empty alternative
     *     that comes back to the same stack, as in {@code "a"**}
     */
    static void refuse(RuleBuilder builder, boolean strict) {
        if (strict) {
            new LeftRecursion(builder, directlyNullable(builder)).check(false);
        }
        new LeftRecursion(builder, nullable(builder)).check(true);
    }

    private static List<Edge> edges(RuleBuilder builder, int rule, boolean[] nullable) {
        List<Edge> found = new ArrayList<>();
        for (List<Element> alternative : builder.alternatives(rule)) {
            for (int i = 0; i < alternative.size() && alternative.get(i).isRule(); i++) {
                int to = alternative.get(i).rule();
                found.add(new Edge(to, i + 1 < alternative.size()));
                if (!nullable[to]) {
                    break;
                }
            }
        }
        return found;
    }

    private static boolean[] directlyNullable(RuleBuilder builder) {
        boolean[] nullable = new boolean[builder.ruleCount()];
        for (int rule = 0; rule < nullable.length; rule++) {
            nullable[rule] = builder.alternatives(rule).stream().anyMatch(List::isEmpty);
        }
        return nullable;
    }

    private static boolean[] nullable(RuleBuilder builder) {
        return RuleTable.fixpoint(builder, element -> false);
    }

    private void check(boolean growingOnly) {
        for (int rule = 0; rule < order.length; rule++) {
            if (order[rule] == 0) {
                components(rule);
            }
        }
        for (int rule = 0; rule < order.length; rule++) {
            for (Edge edge : edges.get(rule)) {
                if (component[edge.to()] == component[rule] && (edge.grows() || !growingOnly)) {
                    throw new GrammarException("grammar: left recursion, a rule can begin with itself");
                }
            }
        }
    }

    private void components(int start) {
        List<Integer> open = new ArrayList<>();
        List<int[]> path = new ArrayList<>();
        path.add(new int[] {start, 0});
        while (!path.isEmpty()) {
            int[] step = path.getLast();
            int rule = step[0];
            if (step[1] == 0) {
                order[rule] = low[rule] = ++visited;
                open.add(rule);
            }
            if (step[1] < edges.get(rule).size()) {
                int to = edges.get(rule).get(step[1]++).to();
                if (order[to] == 0) {
                    path.add(new int[] {to, 0});
                } else if (component[to] == 0) {
                    low[rule] = Math.min(low[rule], order[to]);
                }
                continue;
            }
            path.removeLast();
            if (!path.isEmpty()) {
                int parent = path.getLast()[0];
                low[parent] = Math.min(low[parent], low[rule]);
            }
            if (low[rule] == order[rule]) {
                int member;
                do {
                    member = open.removeLast();
                    component[member] = rule + 1;
                } while (member != rule);
            }
        }
    }
}
