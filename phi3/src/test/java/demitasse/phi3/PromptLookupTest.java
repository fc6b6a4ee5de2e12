package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PromptLookupTest {
    private final int[] into = new int[1 + Drafter.MOST];

    private static PromptLookup after(int... ids) {
        PromptLookup lookup = new PromptLookup(100);
        for (int id : ids) {
            lookup.accept(id);
        }
        return lookup;
    }

    private int[] draft(PromptLookup lookup, int most) {
        return Arrays.copyOfRange(into, 1, 1 + lookup.propose(into, most));
    }

    @Test
    void draftsWhatFollowedLast() {
        assertArrayEquals(new int[0], draft(after(), 5));
        assertArrayEquals(new int[0], draft(after(1, 2, 3, 4), 5));
        assertArrayEquals(new int[] {9, 8, 7}, draft(after(1, 2, 3, 4, 1, 2, 3, 9, 8, 7, 1, 2, 3), 3));
        // Two tokens are enough, but three say more.
        assertArrayEquals(new int[] {4, 6}, draft(after(2, 3, 4, 6, 2, 3), 2));
        assertArrayEquals(new int[] {4, 5}, draft(after(1, 2, 3, 4, 5, 2, 3, 6, 1, 2, 3), 2));
    }

    @Test
    void repetitionsGoOn() {
        assertArrayEquals(new int[] {1, 2, 1, 2, 1}, draft(after(1, 2, 1, 2), 5));
        assertArrayEquals(new int[] {7, 7, 7, 7}, draft(after(7, 7, 7, 7), 4));
    }

    @Test
    void lengthFollowsSuccess() {
        PromptLookup lookup = after(7, 7, 7, 7);
        int first = lookup.propose(into, Drafter.MOST);
        lookup.checked(first, first);
        assertEquals(Drafter.MOST, lookup.propose(into, Drafter.MOST));
        for (int i = 0; i < 3; i++) {
            lookup.checked(lookup.propose(into, Drafter.MOST), 0);
        }
        assertTrue(lookup.propose(into, Drafter.MOST) < first);
    }

    @Test
    void failingDraftsRest() {
        PromptLookup lookup = after(7, 7, 7, 7);
        int steps = 1000;
        int wasted = 0;
        for (int i = 0; i < steps; i++) {
            int drafted = lookup.propose(into, Drafter.MOST);
            if (drafted > 0) {
                lookup.checked(drafted, 0);
                wasted += drafted;
            }
        }
        assertTrue(wasted < steps / 20, "wasted " + wasted);
    }
}
