package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages' texts: the same in each language, and all that the pages ask for. */
class TextsTest {
    private static final Path WEB = Path.of("src/main/resources/demitasse/server/web");
    private static final String FIRST = ".en.json";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w+}");
    private static final Pattern IN_HTML = Pattern.compile("data-t(?:-[a-z-]+)?=\"([^\"]+)\"");
    /** Keys written out in scripts; those put together from parts are not seen. */
    private static final Pattern IN_SCRIPT = Pattern.compile(
            "(?:\\bt\\(|\\bsay\\([^,()]+(?:\\([^()]*\\))?,\\s*|\\bannounce\\(|\\bt: |\"t-[a-z-]+\": )\"([^\"]+)\"");

    private static Map<String, String> texts(Path file) throws IOException {
        JsonNode json = Json.parse(Files.readAllBytes(file));
        return json.properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asText(), (a, b) -> b, TreeMap::new));
    }

    private static Stream<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.list(WEB)) {
            return all.filter(file -> file.getFileName().toString().endsWith(ending)).toList().stream();
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void allLanguagesHaveTheSameTexts() throws IOException {
        for (Path english : files(FIRST).toList()) {
            String name = english.getFileName().toString();
            Map<String, String> here = texts(english);
            assertTrue(Files.exists(english.resolveSibling(name.replace(FIRST, ".de.json"))), name);
            Pattern translation = Pattern.compile(Pattern.quote(name.replace(FIRST, "")) + "\\.[a-z]{2}\\.json");
            for (Path other : files(".json").toList()) {
                if (translation.matcher(other.getFileName().toString()).matches()) {
                    compare(other, here, texts(other));
                }
            }
        }
    }

    private static void compare(Path file, Map<String, String> here, Map<String, String> there) {
        assertEquals(here.keySet(), there.keySet(), file.toString());
        for (String key : here.keySet()) {
            assertFalse(there.get(key).isBlank(), file + ": " + key);
            assertEquals(found(PLACEHOLDER, here.get(key)), found(PLACEHOLDER, there.get(key)), file + ": " + key);
        }
    }

    @Test
    void everyTextThatIsAskedForIsThere() throws IOException {
        Set<String> known = new TreeSet<>();
        for (Path file : files(FIRST).toList()) {
            known.addAll(texts(file).keySet());
        }
        for (Path file : Stream.concat(files(".html"), files(".js")).toList()) {
            Pattern pattern = file.toString().endsWith(".html") ? IN_HTML : IN_SCRIPT;
            // What i18n.js shows in its comment is an example.
            String text = Files.readString(file).replaceAll("(?m)^//.*$", "");
            Set<String> missing = found(pattern, text);
            missing.removeIf(key -> known.contains(key) || known.contains(key + ".other"));
            assertTrue(missing.isEmpty(), file.getFileName() + " asks for " + missing);
        }
    }
}
