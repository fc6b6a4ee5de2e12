package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final float[] EAST = {0.4f, 0};
    private static final float[] NORTH = {0, 0.4f};
    private static final float[] NORTH_EAST = {0.35f, 0.2f};
    private static final float[] WEST = {-0.4f, 0};

    private static final Examples FIRST = Examples.of(List.of(List.of(EAST), List.of(NORTH), List.of()), 2);

    private static List<Integer> sizes(Examples examples) {
        return examples.vectors().stream().map(List::size).toList();
    }

    @Test
    void whatIsToldRightlyIsNotKept() {
        assertEquals(List.of(1, 1, 0), sizes(FIRST.condensed(List.of(NORTH_EAST, NORTH), List.of(0, 1), -1)));
    }

    /** And then it tells what comes after it. */
    @Test
    void whatIsNotIsKeptOnce() {
        Examples more = FIRST.condensed(List.of(NORTH_EAST, NORTH_EAST), List.of(1, 1), -1);
        assertEquals(List.of(1, 2, 0), sizes(more));
        assertArrayEquals(
                FIRST.vectors().get(1).getFirst(), more.vectors().get(1).getFirst());
        assertEquals(List.of(1, 1, 0), sizes(FIRST)); // the first are as they were
    }

    @Test
    void anIgnoredLabelTakesNothing() {
        Examples far = Examples.of(List.of(List.of(EAST), List.of(NORTH), List.of(WEST)), 2);
        assertEquals(List.of(1, 2, 1), sizes(far.condensed(List.of(WEST), List.of(1), -1)));
        assertEquals(List.of(1, 1, 1), sizes(far.condensed(List.of(WEST), List.of(1), 2)));
    }
}
