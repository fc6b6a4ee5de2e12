package demitasse.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.cli.data.DataFile;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our figures against the benchmark's own scorer, on predictions of all kinds. */
final class ResolutionJudgeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void sameFiguresAsTheBenchmarksScorer() throws Exception {
        Path data = SharedData.require("eval");
        Path predictions = predictions(data);
        Sheet sheet = new Sheet();
        new ResolutionPart(data, sheet).score(predictions);
        Map<String, String> ours = new HashMap<>();
        for (Measure m : sheet.measures()) {
            if (m.subject().isEmpty()) {
                ours.put(m.metric(), String.format(Locale.ROOT, "%.3f", m.value()));
            }
        }
        Path resolution = data.resolve("resolution");
        int compared = 0;
        for (String line : scorer(resolution, predictions)) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 3 && words[2].equals("95%")) {
                assertEquals(words[1], ours.get(words[0]), words[0]);
                compared++;
            }
        }
        assertEquals(14, compared);
    }

    /** Right, wrong, empty and missing ones; some with the title or the facts of a document, some with an echo. */
    private Path predictions(Path data) throws IOException {
        Random random = new Random(1);
        List<String> documents = DataFile.read(ResolutionQuery.documents(data)).stream()
                .map(row -> row.json().get("id").asText())
                .toList();
        StringBuilder lines = new StringBuilder();
        for (ResolutionQuery query : ResolutionQuery.read(data)) {
            if (random.nextInt(20) == 0) {
                continue;
            }
            ObjectNode p = JSON.createObjectNode().put("id", query.id());
            p.put("escalated", random.nextInt(4) == 0).put("declined", random.nextInt(5) == 0);
            var sources = p.putArray("sources");
            for (int i = random.nextInt(5); i > 0; i--) {
                boolean gold = !query.gold().isEmpty() && random.nextInt(3) == 0;
                sources.add(gold ? query.gold().getFirst() : documents.get(random.nextInt(documents.size())));
            }
            boolean fact = !query.facts().isEmpty() && random.nextBoolean();
            p.put(
                    "answer",
                    fact ? "It is " + query.facts().getFirst().getFirst().toUpperCase() + "." : query.text());
            p.put("intent", random.nextBoolean() ? "chitchat" : "faq");
            lines.append(p).append('\n');
        }
        return Files.writeString(folder.resolve("predictions.jsonl"), lines);
    }

    private static List<String> scorer(Path resolution, Path predictions) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(
                            "python3",
                            resolution.resolve("score_resolution.py").toString(),
                            resolution.resolve("queries.jsonl").toString(),
                            resolution.resolve("kb.jsonl").toString(),
                            predictions.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            System.err.println("SKIPPED: needs python3");
            Assumptions.abort("needs python3");
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return output.lines().toList();
    }
}
