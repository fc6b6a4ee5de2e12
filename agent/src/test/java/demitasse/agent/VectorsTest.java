package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private static float[] at(double angle) {
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    @Test
    void whatIsNearToWhatStaysGoes() {
        List<float[]> kept = Vectors.thinned(List.of(at(0), at(0.1), at(1.2), at(1.3), at(0.05)), 0.9);
        assertEquals(2, kept.size());
        assertArrayEquals(at(0), kept.getFirst());
        assertArrayEquals(at(1.2), kept.getLast());
    }

    @Test
    void centresAreTheMeansOfWhatLiesTogether() {
        List<float[]> vectors = new ArrayList<>();
        for (int i = -2; i <= 2; i++) {
            vectors.add(at(0.2 + 0.01 * i));
            vectors.add(at(1.4 + 0.01 * i));
        }
        List<float[]> centres = Vectors.centres(vectors, 2);
        assertEquals(2, centres.size());
        assertArrayEquals(at(0.2), centres.getFirst(), 1e-5f);
        assertArrayEquals(at(1.4), centres.getLast(), 1e-5f);
    }

    @Test
    void fewVectorsAreTheirOwnCentres() {
        List<float[]> two = List.of(at(0), at(1));
        assertEquals(two, Vectors.centres(two, 3));
        assertEquals(List.of(), Vectors.centres(List.of(), 3));
    }
}
