package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgmlType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EarlyCompilationTest {
    @Test
    void everyTypeCanBeCompiledEarlyAndAgain() {
        for (int i = 0; i < 2; i++) {
            EarlyCompilation.start(List.of(GgmlType.values())).await();
        }
        EarlyCompilation.start(Set.of()).await();
        assertFalse(Thread.currentThread().isInterrupted());
    }

    /** Whoever is interrupted meanwhile is not held up, and keeps his interrupt. */
    @Test
    void anInterruptIsKept() {
        Thread.currentThread().interrupt();
        EarlyCompilation.start(Set.of(GgmlType.Q4_K)).await();
        assertTrue(Thread.interrupted());
    }
}
