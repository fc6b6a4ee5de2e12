package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row of the threat model in docs/SECURITY.md names tests, and they exist. */
final class ThreatModelTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** A test is named as {@code Class#method}, or as {@code Class} for all of its tests. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|Fuzz))(?:#(\\w+))?`");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (LLM\\d\\d|[A-Z]\\d\\d?) .*\\|$");
    private static final int CELLS = 5;

    private final Map<String, List<String>> sources = new HashMap<>();

    private void readSources() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.computeIfAbsent(name, key -> new ArrayList<>()).add(Files.readString(file));
                    }
                }
            }
        }
    }

    private boolean exists(String type, String method) {
        return sources.getOrDefault(type, List.of()).stream()
                .anyMatch(source -> method == null || source.contains(" void " + method + "("));
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        readSources();
        String page = Files.readString(ROOT.resolve("docs/SECURITY.md"));
        List<MatchResult> named = NAMED.matcher(page).results().toList();
        assertTrue(named.size() > 40, "the page is being read: " + named.size());
        for (MatchResult one : named) {
            assertTrue(exists(one.group(1), one.group(2)), one.group() + " of docs/SECURITY.md does not exist");
        }
    }

    @Test
    void everyRowNamesATestAndWhatRemains() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/SECURITY.md"));
        List<String> rows = ROW.matcher(page).results().map(MatchResult::group).toList();
        for (int i = 1; i <= 10; i++) {
            String key = "| LLM%02d ".formatted(i);
            assertEquals(1, rows.stream().filter(row -> row.startsWith(key)).count(), key);
        }
        for (String row : rows) {
            String[] cells = row.substring(1, row.length() - 1).split(" \\| ", -1);
            assertEquals(CELLS, cells.length, row);
            assertTrue(NAMED.matcher(cells[3]).find(), "no test in " + row);
            assertTrue(cells[4].strip().length() > 20, "nothing remains in " + row);
        }
    }
}
