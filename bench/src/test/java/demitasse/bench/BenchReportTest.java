package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchReportTest {
    private final BenchMachine machine = new BenchMachine("CPU, \"fast\"", 2, 256, "JVM 25", "Linux", "2026-11-23");
    private final List<BenchRow> rows = List.of(BenchRow.of("m", 1 << 20, 2, "pp128", 10, 12, 14));

    @Test
    void rowsHaveMeanAndDeviation() {
        assertEquals(12, rows.get(0).mean());
        assertEquals(2, rows.get(0).deviation(), 1e-12);
        assertEquals(0, BenchRow.of("m", 1, 1, "tg1", 3).deviation());
    }

    @Test
    void formatsNameTheMachine() throws IOException {
        JsonNode json = new ObjectMapper().readTree(BenchReport.of(BenchReport.Format.JSON, machine, rows));
        assertEquals("pp128", json.get(0).get("test").asText());
        assertEquals(256, json.get(0).get("vector_bits").asInt());
        assertEquals(3, json.get(0).get("samples").size());
        String table = BenchReport.of(BenchReport.Format.TABLE, machine, rows);
        assertTrue(table.contains("| m | 1.00 MiB | 2 | pp128 | 12.00 ± 2.00 |"), table);
        assertTrue(table.contains("256-bit vectors, JVM 25"), table);
        String csv = BenchReport.of(BenchReport.Format.CSV, machine, rows);
        assertTrue(csv.contains("\"m\",1048576,2,pp128,12.0000,2.0000,\"CPU, \"\"fast\"\"\",256"), csv);
    }

    @Test
    void optionsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new ModelBench.Options(0, 0, 5, 512));
        assertThrows(IllegalArgumentException.class, () -> new ModelBench.Options(8, 0, 0, 512));
    }
}
