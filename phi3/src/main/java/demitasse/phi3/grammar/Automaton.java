package demitasse.phi3.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pushdown automaton made as far as it is used. A stack is the position that must match next, on the stack to go on
 * with after it; equal stacks are one. A state is the set of all stacks that the text so far allows; its transitions are
 * kept, so that what was matched once is a table look-up. Not safe for several threads.
 */
final class Automaton {
    /** The state that nothing leads out of. */
    static final int DEAD = 0;

    private static final int UNKNOWN = -1;

    /** The stack of a finished match. */
    private static final int EMPTY = 0;

    /** A text nested deeper has no match: memory is bounded, whatever comes. */
    private static final int DEEPEST = 10_000;

    /** Readings of one text at the same time; grammars with more are ambiguous beyond use. */
    private static final int MOST_STACKS = 20_000;

    /** What kept states may hold before they are due to be forgotten: stacks, and a cell for each class. */
    private static final long MANY_CELLS = 10_000_000;

    /** What states may hold in all. */
    private static final long MOST_CELLS = 60_000_000;

    /** Steps for one token. */
    private static final long MOST_STEPS = 20_000_000;

    private record Stack(int position, int below) {}

    private record Key(int[] stacks) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(stacks, key.stacks);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(stacks);
        }
    }

    private final RuleTable table;
    private final int start;
    private final List<Stack> stacks = new ArrayList<>();
    private final List<Integer> depths = new ArrayList<>();
    private final Map<Stack, Integer> stackIds = new HashMap<>();
    private final List<int[]> members = new ArrayList<>();
    private final Map<Integer, Long> loops = new HashMap<>();
    private final List<int[]> next = new ArrayList<>();
    private final Map<Key, Integer> stateIds = new HashMap<>();
    private long cells;
    private long steps;

    Automaton(RuleTable table) {
        this.table = table;
        start = begin();
    }

    private int begin() {
        stacks.add(new Stack(RuleTable.END, EMPTY));
        depths.add(0);
        state(new int[0]);
        Set<Integer> found = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        for (int position : table.alternatives(table.root())) {
            close(over(position, EMPTY), seen, found);
        }
        return state(sorted(found));
    }

    /** The state before any text; {@link #DEAD} if the grammar accepts none. */
    int start() {
        return start;
    }

    /** Whether the table of states is due for {@link #restart}. */
    boolean full() {
        return cells > MANY_CELLS || stacks.size() > MANY_CELLS / 10;
    }

    /** A token more: as many steps again. */
    void renew() {
        steps = 0;
    }

    /** The state that allows what either does. */
    int union(int one, int other) {
        if (one == DEAD || other == DEAD || one == other) {
            return one == DEAD ? other : one;
        }
        Set<Integer> all = new HashSet<>();
        Arrays.stream(members.get(one)).forEach(all::add);
        Arrays.stream(members.get(other)).forEach(all::add);
        return state(sorted(all));
    }

    /** Forgets all states but one; returns its new number. */
    int restart(int state) {
        List<Stack> old = List.copyOf(stacks);
        int[] kept = members.get(state);
        stacks.clear();
        depths.clear();
        stackIds.clear();
        members.clear();
        next.clear();
        loops.clear();
        stateIds.clear();
        cells = 0;
        begin();
        Set<Integer> found = new HashSet<>();
        for (int stack : kept) {
            found.add(copy(old, stack));
        }
        return state(sorted(found));
    }

    private int copy(List<Stack> old, int stack) {
        Deque<Integer> positions = new ArrayDeque<>();
        for (int s = stack; s != EMPTY; s = old.get(s).below()) {
            positions.push(old.get(s).position());
        }
        int made = EMPTY;
        for (int position : positions) {
            made = push(position, made);
        }
        return made;
    }

    /** Whether the text may end here. */
    boolean mayEnd(int state) {
        int[] all = members.get(state);
        return all.length > 0 && all[0] == EMPTY;
    }

    /** The state after a character of this class. */
    int next(int state, int characterClass) {
        int to = next.get(state)[characterClass];
        return to == UNKNOWN ? compute(state, characterClass) : to;
    }

    /** The classes' bits, of 64: where a grammar has more classes, some share one. */
    static long bit(int characterClass) {
        return 1L << characterClass;
    }

    /** The bits whose classes all lead from the state to itself. */
    long loops(int state) {
        Long known = loops.get(state);
        if (known == null) {
            long leave = 0;
            for (int c = 0; c < table.classCount(); c++) {
                if (next(state, c) != state) {
                    leave |= bit(c);
                }
            }
            known = ~leave;
            loops.put(state, known);
        }
        return known;
    }

    /** Whether a character between these code points may come next. */
    boolean mayHold(int state, int low, int high) {
        for (int stack : members.get(state)) {
            if (stack != EMPTY
                    && table.set(table.element(stacks.get(stack).position())).mayHold(low, high)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an element for this very token is next. */
    boolean asksFor(int state, int token) {
        for (int stack : members.get(state)) {
            if (stack != EMPTY
                    && table.set(table.element(stacks.get(stack).position())).onlyToken() == token) {
                return true;
            }
        }
        return false;
    }

    private int compute(int state, int characterClass) {
        Set<Integer> found = new HashSet<>();
        Set<Integer> seen = new HashSet<>();
        for (int stack : members.get(state)) {
            if (stack != EMPTY) {
                Stack top = stacks.get(stack);
                if (table.holds(table.element(top.position()), characterClass)) {
                    close(over(top.position() + 1, top.below()), seen, found);
                }
            }
        }
        int to = state(sorted(found));
        next.get(state)[characterClass] = to;
        return to;
    }

    /** Replaces rules on top by what they begin with, until characters are on top. */
    private void close(int first, Set<Integer> seen, Set<Integer> found) {
        Deque<Integer> open = new ArrayDeque<>();
        open.push(first);
        while (!open.isEmpty()) {
            int stack = open.pop();
            if (!seen.add(stack)) {
                continue;
            }
            if (seen.size() > MOST_STACKS) {
                throw new GrammarException("the grammar explodes: more than " + MOST_STACKS + " readings of one text");
            }
            if (++steps > MOST_STEPS) {
                throw new GrammarException("the grammar explodes: more than " + MOST_STEPS + " steps for one token");
            }
            Stack top = stacks.get(stack);
            if (stack == EMPTY || table.element(top.position()) >= 0) {
                found.add(stack);
                continue;
            }
            int below = over(top.position() + 1, top.below());
            if (depths.get(below) >= DEEPEST) {
                continue;
            }
            for (int alternative : table.alternatives(~table.element(top.position()))) {
                open.push(over(alternative, below));
            }
        }
    }

    /** The stack with a position on it; nothing is put there for the end of an alternative. */
    private int over(int position, int below) {
        return table.element(position) == RuleTable.END ? below : push(position, below);
    }

    private int push(int position, int below) {
        return stackIds.computeIfAbsent(new Stack(position, below), stack -> {
            stacks.add(stack);
            depths.add(depths.get(below) + 1);
            return stacks.size() - 1;
        });
    }

    private static int[] sorted(Set<Integer> set) {
        return set.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private int state(int[] all) {
        if (all.length > MOST_STACKS) {
            throw new GrammarException("the grammar explodes: more than " + MOST_STACKS + " readings of one text");
        }
        return stateIds.computeIfAbsent(new Key(all), key -> {
            cells += all.length + this.table.classCount();
            if (cells > MOST_CELLS) {
                throw new GrammarException("the grammar explodes: its states take too much memory");
            }
            int[] table = new int[this.table.classCount()];
            Arrays.fill(table, all.length == 0 ? DEAD : UNKNOWN);
            table[RuleTable.NO_CLASS] = DEAD;
            members.add(all);
            next.add(table);
            return members.size() - 1;
        });
    }
}
