package demitasse.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchReportTest {
    /** What llama.cpp's script for comparing two builds asks of each row. */
    private static final List<String> WANTED = List.of(
            ("cpu_info gpu_info backends n_gpu_layers n_cpu_moe tensor_buft_overrides model_filename model_type n_batch"
                            + " n_ubatch embeddings cpu_mask cpu_strict poll n_threads type_k type_v load_mode"
                            + " no_kv_offload split_mode main_gpu tensor_split flash_attn n_prompt n_gen n_depth"
                            + " fit_target fit_min_ctx build_commit test_time avg_ts stddev_ts avg_ns stddev_ns"
                            + " model_size model_n_params samples_ns samples_ts")
                    .split(" "));

    static final BenchMachine MACHINE =
            new BenchMachine("CPU, \"fast\"", 2, 256, "JVM 25", "Linux", "2026-11-23", "abc1234");
    static final BenchModel MODEL = new BenchModel("m.gguf", "m", "phi3 3.8B Q4_K_M", 1 << 20, 1_000_000);

    private final BenchRow pp = row(new BenchTest(128, 0, 0, 512, 1), 12_800_000_000L, 8_000_000_000L);
    private final BenchRow tg = row(new BenchTest(0, 32, 1024, 512, 4), 4_000_000_000L);

    private static BenchRow row(BenchTest test, Long... nanos) {
        WarmUp warmUp = new WarmUp(3, 5_000_000_000L, 0.01, 0);
        return new BenchRow(MODEL, 2, test, warmUp, Instant.parse("2026-11-23T10:11:12.345Z"), List.of(nanos));
    }

    @Test
    void rowsHaveMeanAndDeviation() {
        assertEquals(List.of(10.0, 16.0), pp.rates());
        assertEquals(13, pp.mean(), 1e-9);
        assertEquals(Math.sqrt(18), pp.deviation(), 1e-9);
        assertEquals(10.4e9, pp.meanNanos(), 1);
        assertEquals(32, tg.mean(), 1e-9);
        assertEquals(0, tg.deviation());
    }

    @Test
    void testsAreNamedAsLlamaBenchDoes() {
        assertEquals("pp128", pp.test().name());
        assertEquals("tg32 @ d1024 x4", tg.test().name());
        assertEquals("pp512+tg128 @ d8", new BenchTest(512, 128, 8, 1, 1).name());
    }

    @Test
    void tableNamesTheMachine() {
        for (BenchReport.Format format : List.of(BenchReport.Format.TABLE, BenchReport.Format.MD)) {
            String table = BenchReport.of(format, MACHINE, List.of(pp));
            assertTrue(table.contains("| m | 1.00 MiB | 2 | pp128 | 13.00 ± 4.24 |"), table);
            assertTrue(table.contains("256-bit vectors, JVM 25"), table);
        }
    }

    @Test
    void jsonHasLlamaBenchsFields() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode json = mapper.readTree(BenchReport.of(BenchReport.Format.JSON, MACHINE, List.of(pp, tg)));
        for (JsonNode row : json) {
            WANTED.forEach(field -> assertTrue(row.has(field), field));
        }
        JsonNode first = json.get(0);
        assertEquals("pp128", first.get("test").asText());
        assertEquals(128, first.get("n_prompt").asInt());
        assertEquals(10_400_000_000L, first.get("avg_ns").asLong());
        assertEquals(13, first.get("avg_ts").asDouble(), 1e-9);
        assertEquals("2026-11-23T10:11:12Z", first.get("test_time").asText());
        assertEquals(256, first.get("vector_bits").asInt());
        assertEquals(2, first.get("samples_ts").size());
        assertEquals(3, first.get("warmup_runs").asInt());
        assertEquals(1024, json.get(1).get("n_depth").asInt());
        assertEquals(4, json.get(1).get("n_parallel").asInt());
        List<String> lines = BenchReport.of(BenchReport.Format.JSONL, MACHINE, List.of(pp, tg))
                .lines()
                .toList();
        assertEquals(json.get(0), mapper.readTree(lines.get(0)));
        assertEquals(json.get(1), mapper.readTree(lines.get(1)));
        // Our own rows are llama-bench rows.
        assertEquals(
                List.of("pp128", "tg32 @ d1024"),
                OtherRow.parse(json.toString()).stream().map(OtherRow::test).toList());
    }

    @Test
    void csvHasAHeadAndQuotes() {
        List<String> lines = BenchReport.of(BenchReport.Format.CSV, MACHINE, List.of(pp, tg))
                .lines()
                .toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("build_commit,build_number,cpu_info,"), lines.get(0));
        assertTrue(lines.get(1).startsWith("\"abc1234\",\"0\",\"CPU, \"\"fast\"\"\","), lines.get(1));
        assertEquals("", BenchReport.of(BenchReport.Format.CSV, MACHINE, List.of()));
    }
}
