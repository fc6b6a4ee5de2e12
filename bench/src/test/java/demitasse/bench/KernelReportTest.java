package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.gguf.GgmlType;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KernelReportTest {
    private final KernelReport report = new KernelReport(
            2,
            new KernelPeaks(24, 32, 100, 50),
            List.of(
                    new KernelRow("mat-vec", "Q4_K", 1000, 16_000, 28_000, KernelRow.Limit.MEMORY),
                    new KernelRow("gemm", "Q4_K", 1000, 16, 75_000, KernelRow.Limit.ARITHMETIC),
                    new KernelRow("rope", "F32", 1000, 25_000, 0, KernelRow.Limit.CACHE)));

    @Test
    void sharesAreOfTheRightPeak() throws IOException {
        String table = report.table(BenchReportTest.MACHINE);
        assertTrue(table.contains("| mat-vec | Q4_K | 1000 | 16.0 | 28.0 | 50 (memory) |"), table);
        assertTrue(table.contains("| gemm | Q4_K | 1000 | 0.0 | 75.0 | 150 (arithmetic) |"), table);
        assertTrue(table.contains("| rope | F32 | 1000 | 25.0 |  | 25 (cache) |"), table);
        JsonNode json = new ObjectMapper().readTree(report.json(BenchReportTest.MACHINE));
        assertEquals(50, json.get(0).get("percent_of_peak").asDouble());
    }

    @Test
    void typesWithoutKernelAreRefused() {
        Set<KernelBench.Kernel> all = Set.of(KernelBench.Kernel.MATVEC);
        assertThrows(IllegalArgumentException.class, () -> new KernelBench.Options(all, Set.of(GgmlType.IQ1_S), 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new KernelBench.Options(all, Set.of(GgmlType.Q4_K), 1, 0));
    }

    @Test
    void attentionCountsWhatEachTokenSees() {
        long width = (long) AttentionBenchmark.HEADS * AttentionBenchmark.HEAD_SIZE;
        assertEquals(2 * 100 * width, AttentionBenchmark.multiplications(100, 1));
        assertEquals(2 * (100 + 99 + 98) * width, AttentionBenchmark.multiplications(100, 3));
    }

    /** Every kernel's benchmark does its work; how fast is not asked. */
    @Test
    void benchmarksRun() throws IOException {
        RowBenchmark rows = new RowBenchmark();
        rows.fill();
        rows.rmsNorm();
        rows.softmax();
        rows.swiglu();
        rows.rope();
        float[] quantized = rows.quantizeAndPanel().clone();
        assertEquals(RowBenchmark.QUANTIZED_TOKENS * 16, quantized.length);
        assertTrue(Math.abs(quantized[0]) > 0);
        rows.close();
    }
}
