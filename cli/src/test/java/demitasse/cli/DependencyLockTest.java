package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The libraries that we run and test with are, to the last byte, those that were looked at: their hashes are in
 * {@code cli/dependencies.sha256}. Maven compares a download only with a checksum from the same server. After a change of
 * dependencies: {@code mvn -pl cli -am test -Dtest=DependencyLockTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dextra.jvm.args=-Ddependencies.write=true}, and a look at what has changed.
 */
final class DependencyLockTest {
    private static final Path LOCK = Path.of("dependencies.sha256");

    @Test
    void librariesAreThoseThatWereLookedAt() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName().toString();
            if (name.endsWith(".jar") && !isOurs(name) && !isOfTheBuild(jar)) {
                found.put(name, ModelStore.sha256(jar));
            }
        }
        List<String> lines = found.entrySet().stream()
                .map(jar -> jar.getValue() + "  " + jar.getKey())
                .toList();
        if (Boolean.getBoolean("dependencies.write")) {
            Files.write(LOCK, lines);
        }
        assertTrue(lines.size() > 20, "the class path is being read: " + lines.size());
        Map<String, String> locked = Files.readAllLines(LOCK).stream()
                .map(line -> line.split("  ", 2))
                .collect(Collectors.toMap(parts -> parts[1], parts -> parts[0]));
        found.forEach((name, hash) -> assertEquals(locked.get(name), hash, name + " is not what " + LOCK + " says"));
        assertEquals(found.keySet(), new TreeMap<>(locked).keySet(), LOCK + " has others");
    }

    /** Where modules are packaged before they are tested, our own jars are on the class path too. */
    private static boolean isOurs(String name) {
        return name.startsWith("demitasse");
    }

    /** Surefire's own, in other versions with other Mavens. */
    private static boolean isOfTheBuild(Path jar) {
        return Arrays.stream(jar.toString().split("[/\\\\]")).anyMatch(part -> part.equals("surefire"));
    }
}
