package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aKeyIsShownOnceListedByNameAndRevoked() throws IOException {
        String data = folder.resolve("data").toString();
        Run added = Run.of("key", "add", "--role", "agent", "--name", "ada", "--data", data);
        assertEquals(0, added.code(), added.err());
        String key = added.out().strip();
        assertTrue(key.length() > 40, key);
        assertFalse(added.err().contains(key));
        assertEquals("rwx------", permissions(folder.resolve("data")));
        assertEquals("rw-------", permissions(folder.resolve("data/api-keys")));
        assertFalse(Files.readString(folder.resolve("data/api-keys")).contains(key));
        String list = Run.good("key", "list", "--data", data);
        assertTrue(list.contains("ada") && list.contains("agent") && !list.contains(key), list);

        Run again = Run.of("key", "add", "--role", "ADMIN", "--name", "ada", "--data", data);
        assertEquals(1, again.code());
        assertEquals(1, again.err().lines().count(), again.err());
        Run.good("key", "revoke", "ada", "--data", data);
        assertEquals("", Run.good("key", "list", "--data", data));
        assertEquals(1, Run.of("key", "revoke", "ada", "--data", data).code());
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Run run = Run.of("key", "list", "--api-key-file", folder.resolve("none").toString());
        assertEquals(1, run.code());
        assertTrue(run.err().contains("none"), run.err());
        Run add = Run.of("key", "add", "--role", "admin", "--name", "a", "--api-key-file", folder + "/no/where");
        assertEquals(1, add.code());
        assertEquals(1, add.err().lines().count(), add.err());
    }
}
