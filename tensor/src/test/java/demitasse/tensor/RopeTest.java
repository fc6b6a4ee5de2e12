package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RopeTest {
    private final Random random = new Random(3);

    @Test
    void pairsAreHalvesOrNeighbours() {
        for (int position : new int[] {0, 1, 127, 128, 5000}) {
            float[] x = Tensors.gaussian(16, random);
            float[] halves = x.clone();
            float[] neighbours = x.clone();
            new Rope(8, true, 10000, null, Rope.Scaling.NONE).apply(halves, 0, 2, 8, position);
            new Rope(8, false, 10000, null, Rope.Scaling.NONE).apply(neighbours, 0, 2, 8, position);
            for (int head = 0; head < 2; head++) {
                for (int i = 0; i < 4; i++) {
                    double angle = position * Math.pow(10000, -i / 4.0);
                    checkTurn(x, halves, head * 8 + i, head * 8 + i + 4, angle);
                    checkTurn(x, neighbours, head * 8 + 2 * i, head * 8 + 2 * i + 1, angle);
                }
            }
        }
    }

    private static void checkTurn(float[] before, float[] after, int i, int j, double angle) {
        assertEquals(before[i] * Math.cos(angle) - before[j] * Math.sin(angle), after[i], 1e-6);
        assertEquals(before[i] * Math.sin(angle) + before[j] * Math.cos(angle), after[j], 1e-6);
    }

    @Test
    void dimensionsBeyondTheTurnedOnesStay() {
        float[] x = Tensors.gaussian(24, random);
        float[] y = x.clone();
        new Rope(4, true, 10000, null, Rope.Scaling.NONE).apply(y, 0, 2, 12, 9);
        for (int head = 0; head < 2; head++) {
            for (int i = 4; i < 12; i++) {
                assertEquals(x[head * 12 + i], y[head * 12 + i]);
            }
        }
    }

    @Test
    void linearScalingDividesThePosition() {
        float[] x = Tensors.gaussian(32, random);
        float[] y = x.clone();
        new Rope(32, false, 10000, null, new Rope.Scaling("linear", 2, 0, 1, 32, 1)).apply(x, 0, 1, 32, 10);
        new Rope(32, false, 10000, null, Rope.Scaling.NONE).apply(y, 0, 1, 32, 5);
        assertArrayEquals(y, x, 1e-6f);
    }

    @Test
    void factorsDivideTheAngleAndTheAttentionFactorMultiplies() {
        float[] x = {1, 0, 0, 0};
        new Rope(4, true, 10000, new float[] {4, 1}, Rope.Scaling.none(1.19f)).apply(x, 0, 1, 4, 2);
        assertArrayEquals(new float[] {(float) (1.19 * Math.cos(0.5)), 0, (float) (1.19 * Math.sin(0.5)), 0}, x, 1e-6f);
    }

    /** Fast pairs keep their angle, slow ones are interpolated, all grow by 1 + 0.1 ln 4. */
    @Test
    void yarnTreatsFastAndSlowPairsApart() {
        Rope.Scaling yarn = new Rope.Scaling("yarn", 4, 128, 1, 32, 1);
        double magnitude = 1 + 0.1 * Math.log(4);
        float[] fast = new float[32];
        fast[0] = 1;
        new Rope(32, true, 10000, null, yarn).apply(fast, 0, 1, 32, 3);
        assertEquals(magnitude * Math.cos(3), fast[0], 1e-6);
        float[] slow = new float[32];
        slow[15] = 1;
        new Rope(32, true, 10000, null, yarn).apply(slow, 0, 1, 32, 3);
        assertEquals(magnitude * Math.sin(3 / 4.0 * Math.pow(10000, -15 / 16.0)), slow[31], 1e-7);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new Rope(5, true, 10000, null, Rope.Scaling.NONE));
        assertThrows(IllegalArgumentException.class, () -> new Rope(8, true, 10000, new float[3], Rope.Scaling.NONE));
        assertThrows(IllegalArgumentException.class, () -> new Rope.Scaling("dynamic", 2, 0, 1, 32, 1));
        assertThrows(IllegalArgumentException.class, () -> new Rope.Scaling("yarn", 2, 0, 1, 32, 1));
    }
}
