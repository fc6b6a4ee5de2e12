package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A grammar laid flat. A position is an index: an element of an alternative, or the end of one. Characters fall into
 * classes that no rule tells apart. Alternatives that nothing can complete are left out, so that a match never runs into
 * a dead end.
 */
final class RuleTable {
    /** {@link #element} at the end of an alternative. */
    static final int END = Integer.MIN_VALUE;

    /** The class of characters that stand nowhere in the grammar. */
    static final int NO_CLASS = 0;

    private static final int ASCII = 128;

    /** Pieces of character sets, counted for each set that they are in. */
    private static final long MOST_OVERLAPS = 500_000;

    private final int[] elements;
    /** First positions of each rule's alternatives. */
    private final int[][] starts;

    private final int root;
    private final CharSet[] sets;
    private final BitSet[] classes;
    /** Where intervals of one class begin, ascending from 0. */
    private final int[] boundaries;

    private final int[] classOfInterval;
    private final int[] ascii = new int[ASCII];
    private final int classCount;

    private RuleTable(int[] elements, int[][] starts, int root, List<CharSet> sets) {
        this.elements = elements;
        this.starts = starts;
        this.root = root;
        this.sets = sets.toArray(CharSet[]::new);
        List<List<Integer>> ranges = sets.stream().map(CharSet::ranges).toList();
        TreeSet<Integer> begins = new TreeSet<>(List.of(0));
        for (List<Integer> set : ranges) {
            for (int i = 0; i < set.size(); i += 2) {
                begins.add(set.get(i));
                begins.add(set.get(i + 1) + 1);
            }
        }
        boundaries = begins.stream().mapToInt(Integer::intValue).toArray();
        BitSet[] members = new BitSet[boundaries.length];
        Arrays.setAll(members, i -> new BitSet());
        long overlaps = 0;
        for (int set = 0; set < ranges.size(); set++) {
            List<Integer> bounds = ranges.get(set);
            if (overlaps > MOST_OVERLAPS) {
                throw new GrammarException("the grammar explodes: its sets of characters cut each other to pieces");
            }
            for (int i = 0; i < bounds.size(); i += 2) {
                int first = Arrays.binarySearch(boundaries, bounds.get(i));
                for (int k = first; k < boundaries.length && boundaries[k] <= bounds.get(i + 1); k++) {
                    members[k].set(set);
                    overlaps++;
                }
            }
        }
        Map<BitSet, Integer> ids = new HashMap<>();
        ids.put(new BitSet(), NO_CLASS);
        classOfInterval = new int[boundaries.length];
        classes = new BitSet[ranges.size()];
        Arrays.setAll(classes, i -> new BitSet());
        for (int i = 0; i < boundaries.length; i++) {
            int id = ids.computeIfAbsent(members[i], key -> ids.size());
            classOfInterval[i] = id;
            members[i].stream().forEach(set -> classes[set].set(id));
        }
        classCount = ids.size();
        Arrays.setAll(ascii, this::search);
    }

    boolean satisfiable() {
        return starts[root].length > 0;
    }

    /** Whether there are elements that stand for tokens, not for characters. */
    boolean hasTokens() {
        return Arrays.stream(sets).anyMatch(CharSet::isTokens);
    }

    /** The tokens that stand in the grammar by themselves. */
    int[] tokens() {
        return Arrays.stream(sets)
                .mapToInt(CharSet::onlyToken)
                .filter(id -> id >= 0)
                .toArray();
    }

    static RuleTable of(RuleBuilder builder, int root) {
        boolean[] productive = fixpoint(builder, e -> !e.chars().ranges().isEmpty());
        int rules = builder.ruleCount();
        int[][] starts = new int[rules][];
        Map<CharSet, Integer> sets = new LinkedHashMap<>();
        List<Integer> flat = new ArrayList<>();
        for (int rule = 0; rule < rules; rule++) {
            List<Integer> begins = new ArrayList<>();
            for (List<Element> alternative : builder.alternatives(rule)) {
                if (!alternative.stream()
                        .allMatch(e -> e.isRule()
                                ? productive[e.rule()]
                                : !e.chars().ranges().isEmpty())) {
                    continue;
                }
                begins.add(flat.size());
                for (Element e : alternative) {
                    flat.add(e.isRule() ? ~e.rule() : sets.computeIfAbsent(e.chars(), key -> sets.size()));
                }
                flat.add(END);
            }
            starts[rule] = begins.stream().mapToInt(Integer::intValue).toArray();
        }
        int[] elements = flat.stream().mapToInt(Integer::intValue).toArray();
        return new RuleTable(elements, starts, root, List.copyOf(sets.keySet()));
    }

    /** The rules with an alternative whose rules are all among them and whose characters all fit. */
    static boolean[] fixpoint(RuleBuilder builder, Predicate<Element> fits) {
        int rules = builder.ruleCount();
        boolean[] found = new boolean[rules];
        // For each rule, the alternatives that it stands in, as often as it does.
        List<List<int[]>> uses = new ArrayList<>();
        for (int rule = 0; rule < rules; rule++) {
            uses.add(new ArrayList<>());
        }
        Deque<Integer> open = new ArrayDeque<>();
        for (int rule = 0; rule < rules; rule++) {
            for (List<Element> alternative : builder.alternatives(rule)) {
                if (alternative.stream().allMatch(e -> e.isRule() || fits.test(e))) {
                    int[] missing = {rule, 0};
                    for (Element e : alternative) {
                        if (e.isRule()) {
                            uses.get(e.rule()).add(missing);
                            missing[1]++;
                        }
                    }
                    if (missing[1] == 0) {
                        open.add(rule);
                    }
                }
            }
        }
        while (!open.isEmpty()) {
            int rule = open.poll();
            if (!found[rule]) {
                found[rule] = true;
                for (int[] missing : uses.get(rule)) {
                    if (--missing[1] == 0) {
                        open.add(missing[0]);
                    }
                }
            }
        }
        return found;
    }

    int root() {
        return root;
    }

    /** A set of characters, or the complement of a rule, or {@link #END}. */
    int element(int position) {
        return elements[position];
    }

    int[] alternatives(int rule) {
        return starts[rule];
    }

    CharSet set(int set) {
        return sets[set];
    }

    boolean holds(int set, int characterClass) {
        return classes[set].get(characterClass);
    }

    int classCount() {
        return classCount;
    }

    int classOf(int codePoint) {
        return codePoint < ASCII ? ascii[codePoint] : search(codePoint);
    }

    private int search(int codePoint) {
        int found = Arrays.binarySearch(boundaries, codePoint);
        return classOfInterval[found >= 0 ? found : -found - 2];
    }
}
