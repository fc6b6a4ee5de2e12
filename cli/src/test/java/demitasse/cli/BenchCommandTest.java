package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    private Path folder;

    private String model;

    @BeforeEach
    void write() {
        model = folder.resolve("nano.gguf").toString();
        Run.good("bench", "--synthetic", "nano:Q4_K_M", "--write", model);
    }

    private Run bench(String... more) {
        List<String> args =
                new ArrayList<>(List.of("bench", "--no-warmup", "-m", model, "-p", "8", "-n", "2", "-r", "2"));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private Run compare(String script) {
        assumeTrue(Files.isExecutable(SHELL));
        return Run.of(
                "bench", "compare", "-m", model, "-p", "8", "-n", "0", "-r", "2", "-o", "json", "--", "sh", "-c",
                script);
    }

    @Test
    void listsMakeAllCombinations() throws IOException {
        Run run = bench("-d", "0,4", "-pg", "4,2", "--parallel", "2", "-t", "1", "-o", "json");
        assertEquals(0, run.code(), run.err());
        JsonNode rows = JSON.readTree(run.out());
        assertEquals(
                List.of("pp8 x2", "tg2 x2", "pp4+tg2 x2", "pp8 @ d4 x2", "tg2 @ d4 x2", "pp4+tg2 @ d4 x2"),
                rows.valueStream().map(row -> row.get("test").asText()).toList());
        assertEquals(2, rows.get(0).get("samples_ns").size());
        assertEquals(model, rows.get(0).get("model_filename").asText());
        assertTrue(run.err().contains("pp8 x2 warm-up: none"), run.err());
    }

    @Test
    void warmUpIsNamed() {
        Run run = Run.of("bench", "-m", model, "-p", "0", "-n", "2", "-r", "1", "-o", "csv");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().matches("(?s).*tg2 warm-up: \\d+ runs in .*"), run.err());
        assertEquals(2, run.out().lines().count());
    }

    @Test
    void writtenFilesAreNotReplaced() throws IOException {
        long size = Files.size(Path.of(model));
        Run run = Run.of("bench", "--synthetic", "nano-llama:Q8_0", "--write", model);
        assertEquals(1, run.code());
        assertEquals("demitasse: " + model + ": is there already", run.err().strip());
        assertEquals(size, Files.size(Path.of(model)));
    }

    @Test
    void compareTakesOurOwnOutputForTheOthers() throws IOException {
        Path output = folder.resolve("theirs.json");
        Files.writeString(output, bench("-n", "0", "-o", "json").out());
        Run run = compare("cat '" + output + "'");
        assertEquals(0, run.code(), run.err());
        JsonNode row = JSON.readTree(run.out()).get(0);
        assertEquals("pp8", row.get("test").asText());
        assertEquals(2, row.get("ours_samples_ts").size());
        assertTrue(row.get("ratio_min").asDouble() <= row.get("ratio").asDouble(), row.toString());
    }

    @Test
    void theOthersFailureIsOneLine() {
        assertFault("sh: exit code 3: no such model", compare("echo loading >&2; echo no such model >&2; exit 3"));
        assertFault("sh: no llama-bench JSON on its standard output", compare("echo '| model |'"));
        Run missing =
                Run.of("bench", "compare", "--no-warmup", "-m", model, "-p", "8", "-n", "0", "--", "/no/such/program");
        assertFault("/no/such/program: does not start", missing);
    }

    private static void assertFault(String part, Run run) {
        assertEquals(1, run.code(), run.err());
        assertEquals("", run.out());
        String last = run.err().lines().reduce((first, second) -> second).orElseThrow();
        assertTrue(last.startsWith("demitasse: " + part), run.err());
    }
}
