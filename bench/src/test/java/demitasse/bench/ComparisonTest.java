package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    /** The shape of llama-bench's -o json, shortened. */
    private static final String THEIRS = """
            [
              {
                "build_commit": "0c1e57098",
                "backends": "CPU",
                "n_prompt": 128,
                "n_gen": 0,
                "n_depth": 0,
                "avg_ns": 3555555555,
                "avg_ts": 36.0,
                "samples_ts": [ 36.0 ]
              },
              {
                "build_commit": "0c1e57098",
                "backends": "CPU",
                "n_prompt": 0,
                "n_gen": 32,
                "n_depth": 1024,
                "avg_ts": 10.000000,
                "samples_ts": [ 10.0 ]
              }
            ]
            """;

    private static OtherRow other(int prompt, int generate, int depth, double rate) {
        return new OtherRow(prompt, generate, depth, rate, "CPU abc");
    }

    @Test
    void readsJsonAndLines() throws IOException {
        List<OtherRow> rows = OtherRow.parse(THEIRS);
        assertEquals(
                List.of("pp128", "tg32 @ d1024"),
                rows.stream().map(OtherRow::test).toList());
        assertEquals(36, rows.get(0).rate());
        assertEquals("CPU 0c1e57098", rows.get(0).program());
        assertEquals(rows, OtherRow.parse("[info] loading\nload: done\n" + THEIRS));
        String line = "{\"n_prompt\": 5, \"n_gen\": 0, \"avg_ts\": 2, \"samples_ts\": [ 2 ]}\n";
        assertEquals(
                List.of("pp5", "pp5"),
                OtherRow.parse(line + line).stream().map(OtherRow::test).toList());
    }

    @Test
    void whatIsNoLlamaBenchJsonIsOneLine() {
        for (String output : List.of("", "| model | test |\n", "[]", "[\n {\"n_prompt\": 1,", "{\"a\": 1}", "[1, 2]")) {
            String message = assertThrows(IOException.class, () -> OtherRow.parse(output))
                    .getMessage();
            assertEquals(1, message.lines().count(), message);
            assertTrue(message.contains("JSON"), message);
        }
    }

    @Test
    void ratiosAreThoseOfThePairs() throws IOException {
        Comparison comparison = new Comparison();
        comparison.add(Map.of("pp128", 40.0), List.of(other(128, 0, 0, 20)));
        comparison.add(Map.of("pp128", 30.0), List.of(other(128, 0, 0, 30)));
        comparison.add(Map.of("pp128", 45.0), List.of(other(128, 0, 0, 30)));
        String table = comparison.table(BenchReportTest.MACHINE, BenchReportTest.MODEL);
        assertTrue(table.contains("| pp128 | 40.00 | 30.00 | 1.500 | 1.000 | 2.000 | 3 |"), table);
        JsonNode json = new ObjectMapper().readTree(comparison.json(BenchReportTest.MACHINE, BenchReportTest.MODEL));
        assertEquals(1.5, json.get(0).get("ratio").asDouble());
        assertEquals(1.0, json.get(0).get("ratio_min").asDouble());
        assertEquals(2.0, json.get(0).get("ratio_max").asDouble());
        assertEquals(3, json.get(0).get("theirs_samples_ts").size());
        assertEquals("", comparison.unmatched());
    }

    @Test
    void rowsAreMatchedByTest() throws IOException {
        Comparison comparison = new Comparison();
        comparison.add(
                Map.of("tg32", 5.0, "tg32 @ d1024", 4.0),
                List.of(other(0, 32, 1024, 8), other(0, 32, 64, 1), other(512, 0, 0, 1)));
        String table = comparison.table(BenchReportTest.MACHINE, BenchReportTest.MODEL);
        assertTrue(table.contains("| tg32 @ d1024 | 4.00 | 8.00 | 0.500 | 0.500 | 0.500 | 1 |"), table);
        assertEquals("only ours: tg32; only theirs: tg32 @ d64, pp512", comparison.unmatched());
    }

    @Test
    void nothingInCommonOrTheSameTwiceIsRefused() {
        Comparison comparison = new Comparison();
        assertTrue(assertThrows(
                        IOException.class, () -> comparison.add(Map.of("tg32", 5.0), List.of(other(0, 16, 0, 8))))
                .getMessage()
                .contains("ours tg32, theirs tg16"));
        List<OtherRow> twice = List.of(other(0, 32, 0, 8), other(0, 32, 0, 9));
        assertThrows(IOException.class, () -> comparison.add(Map.of("tg32", 5.0), twice));
    }

    @Test
    void medianOfAnEvenNumberIsBetween() {
        assertEquals(2.5, Comparison.median(List.of(4.0, 1.0, 2.0, 3.0)));
    }
}
