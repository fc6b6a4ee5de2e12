package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags before the environment before the file before what is usual. */
final class SettingsTest {
    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("demitasse.properties"), text).toString();
    }

    private static String shown(Map<String, String> environment, String... args) {
        String[] all = new String[args.length + 2];
        all[0] = "serve";
        all[1] = "--print-config";
        System.arraycopy(args, 0, all, 2, args.length);
        Run run = Run.of(environment, all);
        assertEquals(0, run.code(), run.toString());
        return run.out();
    }

    @Test
    void oneGoesBeforeTheOther() throws IOException {
        String file = file("# ours\nport = 1\nhost = localhost\nkeep-messages = 12h\ndrain=\n");
        Map<String, String> environment = Map.of("DEMITASSE_PORT", "2", "DEMITASSE_HOST", "::1", "DEMITASSE_DATA", "");
        String all = shown(environment, "--config", file, "--port", "3");
        assertTrue(all.startsWith("# flags\nport = 3\n\n"), all);
        assertTrue(all.contains("# DEMITASSE_HOST\nhost = ::1\n"), all);
        assertTrue(all.contains("# " + file + "\nkeep-messages = 12h\n"), all);
        assertTrue(all.contains("# defaults\n") && all.contains("#drain = 10\n") && all.contains("#data = "), all);
        assertTrue(shown(Map.of(), "--config", file).contains("\nport = 1\n"));
        assertTrue(shown(Map.of("DEMITASSE_CONFIG", file)).contains("\nport = 1\n"));
        assertTrue(shown(Map.of()).contains("#port = 8080\n"));
    }

    @Test
    void whatIsPrintedIsAFileAgain() throws IOException {
        String first = shown(Map.of("DEMITASSE_ANSWERS", "Extractive"), "--port", "7", "--kb", "a b\\c");
        String again = shown(Map.of(), "--config", file(first));
        for (String line : new String[] {"answers = extractive\n", "port = 7\n", "kb = a b\\\\c\n"}) {
            assertTrue(again.contains("\n" + line), again);
        }
    }

    @Test
    void limitsAreSettingsToo() throws IOException {
        String all = shown(
                Map.of("DEMITASSE_MAX_SESSION_MESSAGES", "7"),
                "--config",
                file("idle-timeout = 5\nmax-stored = 10\nwrite-timeout = 9\n"),
                "--write-timeout",
                "3");
        for (String line : new String[] {"write-timeout = 3", "max-session-messages = 7", "max-stored = 10"}) {
            assertTrue(all.contains("\n" + line + "\n"), all);
        }
        assertTrue(all.contains("#max-connections = 4096\n"), all);
        for (String bad :
                new String[] {"--max-connections=0", "--write-timeout=0", "--body-rate=-1", "--max-stored=0"}) {
            Run run = Run.of("serve", bad);
            assertEquals(2, run.code(), run.toString());
            assertTrue(run.err().contains(bad.substring(0, bad.indexOf('='))), run.err());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "prot = 1,                 1, there is no setting 'prot'; there are allowed-host",
        "help = true,              1, there is no setting 'help'",
        "port = 1\\nport = 2,      1, port is there twice",
        "port = many,              2, demitasse.properties",
        "kb = \\u12,               1, Malformed"
    })
    void aBadFileIsNamed(String text, int code, String part) throws IOException {
        Run run = Run.of("serve", "--config", file(text.replace("\\n", "\n")));
        assertEquals(code, run.code(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(part) && run.err().contains("demitasse.properties"), run.err());
    }

    @Test
    void aBadVariableIsNamedAndOtherCommandsDoNotCare() {
        Map<String, String> environment = Map.of("DEMITASSE_PORT", "tcp://10.0.0.1:80");
        Run run = Run.of(environment, "serve");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("in DEMITASSE_PORT"), run.err());
        assertFalse(Run.of(environment, "serve", "--port", "x").err().contains("in DEMITASSE_PORT"));
        assertEquals(0, Run.of(environment, "models").code());
        assertTrue(Run.of("serve", "--config", "none.properties").err().contains("none.properties: no such file"));
    }
}
