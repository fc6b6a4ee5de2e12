package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BenchPlanTest {
    private static final long LONG = 1_000_000_000_000L;

    private static BenchPlan plan(List<Integer> prompts, List<Integer> generations, List<BenchPlan.Pair> pairs) {
        return new BenchPlan(prompts, generations, pairs, List.of(0, 1024), List.of(512), List.of(1));
    }

    @Test
    void allCombinationsInLlamaBenchsOrder() {
        List<String> names =
                plan(List.of(128, 512), List.of(32), List.of(BenchPlan.Pair.parse("64, 16"))).tests().stream()
                        .map(BenchTest::name)
                        .toList();
        assertEquals(
                List.of(
                        "pp128",
                        "pp512",
                        "tg32",
                        "pp64+tg16",
                        "pp128 @ d1024",
                        "pp512 @ d1024",
                        "tg32 @ d1024",
                        "pp64+tg16 @ d1024"),
                names);
        assertEquals(2, plan(List.of(0), List.of(32), List.of()).tests().size());
    }

    @Test
    void whatMakesNoTestIsRefused() {
        assertThrows(IllegalArgumentException.class, plan(List.of(0), List.of(0), List.of())::tests);
        assertThrows(IllegalArgumentException.class, plan(List.of(-1), List.of(0), List.of())::tests);
        assertThrows(IllegalArgumentException.class, () -> new BenchTest(1, 0, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new BenchTest(1, 0, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> BenchPlan.Pair.parse("512"));
        assertThrows(IllegalArgumentException.class, () -> BenchPlan.Pair.parse("a,b"));
    }

    @Test
    void warmUpEndsWhenTwoRunsAgree() {
        PrimitiveIterator.OfLong nanos =
                LongStream.of(8 * LONG, 3 * LONG, 2 * LONG, 2 * LONG + 1).iterator();
        WarmUp warmUp = WarmUp.until(nanos::nextLong);
        assertEquals(4, warmUp.runs());
        assertEquals(15 * LONG + 1, warmUp.nanos());
    }

    @Test
    void warmUpIsBounded() {
        PrimitiveIterator.OfLong nanos =
                LongStream.iterate(LONG, n -> 3 * LONG - n).iterator();
        assertEquals(WarmUp.MOST_RUNS, WarmUp.until(nanos::nextLong).runs());
    }
}
