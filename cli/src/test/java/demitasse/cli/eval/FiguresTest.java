package demitasse.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Formulas on numbers that can be worked out by hand. */
final class FiguresTest {
    private static final double EXACT = 1e-12;

    @Test
    void spearmanIsTheCorrelationOfRanks() {
        assertEquals(1, StsPart.spearman(new double[] {1, 2, 3}, new double[] {10, 100, 1000}), EXACT);
        // ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15)
        assertEquals(0.6, StsPart.spearman(new double[] {1, 2, 3, 4}, new double[] {2, 1, 4, 3}), EXACT);
        // ranks 1 2.5 2.5 4 against 1 2 3 4: 4.5 / sqrt(4.5 * 5)
        double ties = StsPart.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4});
        assertEquals(4.5 / Math.sqrt(4.5 * 5), ties, EXACT);
        assertTrue(Double.isNaN(StsPart.spearman(new double[] {1, 1}, new double[] {1, 2})));
    }

    @Test
    void macroF1IsTheMeanOverRightLabels() {
        String[] wanted = {"a", "a", "a", "b"};
        String[] found = {"a", "a", "b", "c"};
        MacroF1 f1 = new MacroF1(wanted, found, new double[] {1, 1, 1, 1});
        // a: 2 * 2 / (3 + 2); b: 0; c is nobody's right label
        assertEquals(0.4, f1.of(new int[] {0, 1, 2, 3}), EXACT);
        // without the third: a 1, b 0
        assertEquals(0.5, new MacroF1(wanted, found, new double[] {1, 1, 0, 1}).of(new int[] {0, 1, 2, 3}), EXACT);
    }

    @Test
    void bootstrapOfAConstantIsThatConstant() {
        Sheet sheet = new Sheet();
        sheet.of(Part.STS, "s", "").mean("one", new double[] {1, 1, 1}).mean("none", new double[0]);
        assertEquals(List.of(new Measure(Part.STS, "s", "", "one", 1, 1, 1, 3)), sheet.measures());
    }

    @Test
    void bootstrapHoldsTheMeanAndIsTheSameEachTime() {
        double[] values = new double[100];
        Arrays.fill(values, 0, 30, 1);
        Sheet sheet = new Sheet();
        sheet.of(Part.STS, "s", "").mean("m", values).mean("m", values);
        Measure m = sheet.measures().getFirst();
        assertEquals(m, sheet.measures().getLast());
        assertEquals(0.3, m.value(), EXACT);
        // 1.96 * sqrt(0.3 * 0.7 / 100) = 0.09
        assertEquals(0.21, m.low(), 0.02);
        assertEquals(0.39, m.high(), 0.02);
    }

    @Test
    void resamplesWithoutAValueDoNotCount() {
        Bootstrap.Interval interval =
                Bootstrap.of(2, items -> Arrays.stream(items).anyMatch(i -> i == 0) ? 1 : Double.NaN);
        assertEquals(new Bootstrap.Interval(1, 1, 1), interval);
    }
}
