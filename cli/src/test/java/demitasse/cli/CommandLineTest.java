package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frobnicate",
                "tokenize",
                "tokenize -m minilm",
                "tokenize -m minilm hello --cases x.jsonl",
                "generate -m minilm",
                "generate -m minilm -p x --temp warm",
                "generate -m none.gguf -p x --typical 2",
                "generate -m none.gguf -p x --samplers top_k;luck",
                "generate -m none.gguf -p x --logit-bias hello+1",
                "generate -m none.gguf -p x --mirostat 3",
                "chat --xtc-probability -1",
                "serve --dry-multiplier -1",
                "bench --synthetic gpt-5:Q4_K_M",
                "bench -p 0 -n 0",
                "perplexity -m a",
                "perplexity -m a -f b -c 2",
                "perplexity -m a -f b --chunks 0",
                "perplexity -m a --kl-divergence",
                "imatrix -m a -f b",
                "imatrix -m a -f b -o c --chunks 0",
                "bench -m a --synthetic nano",
                "bench -o xml",
                "bench -p 8,x",
                "bench -p 8 -r 0",
                "bench -pg 8",
                "bench --write x.gguf",
                "bench compare -p 8",
                "bench compare -p 8 -b 1,2 -- true",
                "bench kernels --types IQ1_S",
                "bench kernels --seconds 0",
                "serve --port 70000",
                "serve --port http",
                "serve --rate-limit -1",
                "key",
                "key add --name a",
                "key add --role king --name a",
                "key revoke",
                "serve --drain -1",
                "serve --watch",
                "serve --log-format xml",
                "serve --config",
                "backup",
                "restore --data x",
                "doctor --port x",
                "inspect",
                "pull",
                "search --kb a --queries b --top 0",
                "match --in x.jsonl",
                "eval",
                "eval . --parts luck",
                "eval . -o xml",
                "match --grammar a --json-schema b --in x.jsonl",
                "generate -m minilm -p x --grammar a --json-schema b",
                "models --colour"
            })
    void wrongUsageIsOneLineAndTwo(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(2, run.code(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("--help)"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void matchAnswersLineByLine() throws IOException {
        Path lines = Files.writeString(
                folder.resolve("lines.jsonl"), "{\"text\":\"[1,2]\"}\n{\"text\":\"[1,]\"}\n{\"text\":\"ab\"}\n");
        Path grammar = Files.writeString(folder.resolve("g.gbnf"), "root ::= \"a\" [b-c]");
        Path schema = Files.writeString(folder.resolve("s.json"), "{\"items\":{\"type\":\"integer\"}}");
        String in = lines.toString();
        assertEquals(
                "false false true",
                Run.good("match", "--grammar", grammar.toString(), "--in", in)
                        .strip()
                        .replaceAll("\\s+", " "));
        Path out = folder.resolve("out.txt");
        Run.good("match", "--json-schema", schema.toString(), "--in", in, "--out", out.toString());
        assertEquals(List.of("true", "false", "false"), Files.readAllLines(out));
        Files.writeString(grammar, "root ::= root \"a\"");
        assertFault("left recursion", "match", "--grammar", grammar.toString(), "--in", in);
        assertFault("no JSON object", "match", "--json-schema", grammar.toString(), "--in", in);
    }

    @Test
    void missingAndUnknownModelsAreOneLineAndOne() {
        assertFault("none.gguf: no such file", "inspect", "none.gguf");
        assertFault("none.gguf: no such file", "generate", "-m", "none.gguf", "-p", "x");
        assertFault("none.gguf: no such file", "logits", "-m", "none.gguf", "--ids", "1", "--out", "x");
        assertFault("none.gguf: no such file", "bench", "-m", "none.gguf");
        assertFault("none.gguf: no such file", "perplexity", "-m", "none.gguf", "-f", text("a"));
        assertFault("none.txt: no such file", "perplexity", "-m", "none.gguf", "-f", "none.txt");
        assertFault("none.gguf: no such file", "embed", "-m", "none.gguf", "--in", text("a"));
        assertFault("no model of that name in the catalog (minilm, ", "tokenize", "-m", "gpt-5", "x");
        assertFault("no model gpt-5 in the catalog; there are minilm, ", "pull", "gpt-5");
    }

    @Test
    void truncatedModelsAreOneLineAndOne() throws IOException {
        Path model = folder.resolve("model.gguf");
        new GgufWriter().put("general.architecture", GgufValue.string("llama")).write(model);
        byte[] bytes = Files.readAllBytes(model);
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length - 2));
        for (String[] command : new String[][] {{"inspect"}, {"generate", "-p", "x", "-m"}, {"tokenize", "x", "-m"}}) {
            String[] args = Arrays.copyOf(command, command.length + 1);
            args[command.length] = cut.toString();
            assertFault(cut + ": at byte ", args);
        }
        assertFault("expected", "inspect", "--load", model.toString());
    }

    @Test
    void brokenInputNamesFileAndLine() throws IOException {
        Path lines = Files.writeString(folder.resolve("q.jsonl"), "{\"text\":\"a\"}\n\n{\"text\":\n");
        assertFault(lines + ": line 3: no JSON", "redact", "--in", lines.toString());
        Path wrong = Files.writeString(folder.resolve("w.jsonl"), "{\"id\":1}\n");
        assertFault(wrong + ": line 1: expected a text named text or query", "redact", "--in", wrong.toString());
        Path array = Files.writeString(folder.resolve("a.jsonl"), "[1]\n");
        assertFault(array + ": line 1: expected a JSON object", "redact", "--in", array.toString());
        Path binary = Files.write(folder.resolve("b.jsonl"), new byte[] {(byte) 0xff, 0, 1});
        assertFault(binary + ": no UTF-8 text", "redact", "--in", binary.toString());
        assertFault("none.jsonl: no such file", "redact", "--in", "none.jsonl");
    }

    @Test
    void evalNamesWhatIsMissing() throws IOException {
        SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf");
        Path report = Files.writeString(folder.resolve("report.md"), "old");
        assertFault("none: no such folder", "eval", "none");
        assertFault("none of resolution/", "eval", folder.toString(), "--report", report.toString());
        assertEquals("old", Files.readString(report));
        Path sts = Files.createDirectory(folder.resolve("sts"));
        Files.writeString(sts.resolve("a.csv"), "sentence1,sentence2,score\na,b,1\nthe cat,a cat,5\n");
        assertFault("no data for pii", "eval", folder.toString(), "--parts", "pii");
        Run run = Run.of("eval", folder.toString(), "--parts", "sts", "--report", report.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("spearman 1.000 [1.000, 1.000] of 2"), run.out());
        assertTrue(Files.readString(report).startsWith("# The worst errors"));
    }

    @Test
    void failedCommandsKeepTheOldOutput() throws IOException {
        Path lines = Files.writeString(folder.resolve("q.jsonl"), "{\"id\":1}\n");
        Path out = Files.writeString(folder.resolve("out.jsonl"), "old");
        assertFault("expected a text", "redact", "--in", lines.toString(), "--out", out.toString());
        assertEquals("old", Files.readString(out));
        assertFault(
                "there is no folder",
                "redact",
                "--in",
                text("{\"text\":\"a\"}"),
                "--out",
                folder.resolve("no/out").toString());
    }

    @Test
    void tokenizesWithTheBundledVocabulary() throws IOException {
        String model =
                SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf").toString();
        assertEquals("[7592,2088]\n", Run.good("tokenize", "-m", model, "hello world"));
        assertEquals("[101,7592,102]\n", Run.good("tokenize", "-m", model, "hello", "--add-special"));
        Path cases = Files.writeString(
                folder.resolve("cases.jsonl"),
                "{\"text\":\"hello\",\"add_special\":true,\"parse_special\":false}\n{\"text\":\"\"}\n");
        Path out = folder.resolve("ids.jsonl");
        Run.good("tokenize", "-m", model, "--cases", cases.toString(), "--out", out.toString());
        assertEquals("[101,7592,102]\n[]\n", Files.readString(out));
    }

    @Test
    void perplexityPrintsLlamasLine() throws IOException {
        String model =
                SharedData.require("models/smollm2-135m-as-phi3.Q4_K_M.gguf").toString();
        String words = Files.writeString(folder.resolve("words.txt"), "one two three four five six seven eight\n")
                .toString();
        String line = Run.good("perplexity", "-m", model, "-f", words, "-c", "4");
        assertTrue(line.matches("PPL = \\d+\\.\\d{4} \\+/- \\d+\\.\\d{5}\n"), line);
        String json = Run.good("perplexity", "-m", model, "-f", words, "-c", "4", "--chunks", "1", "--json");
        assertEquals(1, JsonLines.JSON.readTree(json).get("scored").asInt());
        assertFault("8 tokens, fewer than one chunk of 512", "perplexity", "-m", model, "-f", words);
        String matrix = folder.resolve("matrix.gguf").toString();
        Run collected = Run.of("imatrix", "-m", model, "-f", words, "-c", "4", "-o", matrix);
        assertEquals(0, collected.code(), collected.toString());
        assertTrue(collected.err().contains("2 of 2 chunks"), collected.err());
        assertTrue(Files.size(Path.of(matrix)) > 0);
        String base = folder.resolve("base").toString();
        assertEquals(line, Run.good("perplexity", "-m", model, "-f", words, "-c", "4", "--kl-divergence-base", base));
        String text = Run.good("perplexity", "-m", model, "--kl-divergence", "--kl-divergence-base", base);
        assertTrue(text.contains("Same top p: 100.000"), text);
        json = Run.good("perplexity", "-m", model, "--kl-divergence", "--kl-divergence-base", base, "--json");
        assertEquals(0, JsonLines.JSON.readTree(json).at("/kl_divergence/value").asDouble(), 1e-3);
        assertFault(
                "words.txt: at byte 0", "perplexity", "-m", model, "--kl-divergence", "--kl-divergence-base", words);
    }

    @Test
    void inspectsOneFileOrMany() throws IOException {
        Path good = folder.resolve("good.gguf");
        new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("tokens", GgufValue.strings("a", "b"))
                .write(good);
        Path bad = Files.writeString(folder.resolve("bad.gguf"), "no model");
        String text = Run.good("inspect", good.toString());
        assertTrue(text.contains("general.architecture = llama (str)"), text);
        var json = JsonLines.JSON.readTree(Run.good("inspect", "--json", "--tensors", good.toString()));
        assertEquals(2, json.at("/keys/tokens/length").asInt());
        assertEquals(0, json.at("/tensors").size());
        List<String> many =
                Run.good("inspect", good.toString(), bad.toString()).lines().toList();
        assertEquals(2, many.size());
        assertTrue(JsonLines.JSON.readTree(many.get(0)).get("ok").asBoolean());
        assertFalse(JsonLines.JSON.readTree(many.get(1)).get("ok").asBoolean());
        assertTrue(JsonLines.JSON.readTree(many.get(1)).get("error").asText().contains("magic"));
    }

    @Test
    void listsTheCatalog() throws IOException {
        var models = JsonLines.JSON.readTree(Run.good("models", "--json"));
        assertEquals(5, models.size());
        assertTrue(Run.good("models").contains("minilm         embedding"));
        assertTrue(Run.good("--help").contains("serve"));
        assertTrue(Run.good("serve", "--help").contains("--api-key-file"));
    }

    private String text(String line) {
        try {
            return Files.writeString(folder.resolve("line.txt"), line).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertFault(String part, String... args) {
        Run run = Run.of(args);
        assertEquals(1, run.code(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("demitasse: ") && run.err().contains(part), run.err());
    }
}
