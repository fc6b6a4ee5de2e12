package demitasse.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the main method of a test's class in a JVM of its own, for what may kill or fill a JVM. */
public final class Fork {
    private static final String HEAP = "-Xmx256m";

    private Fork() {}

    /**
     * What it printed. Standard error goes to that of this process.
     *
     * @throws IOException if it ended with another exit code than 0, or not at all
     */
    public static String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        return run(List.of(HEAP), main, arguments);
    }

    /** @param options for the JVM */
    public static String run(List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        Path out = Files.createTempFile("fork", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(out.toFile())
                .start();
        try {
            boolean ended = process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
            String printed = Files.readString(out);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(main.getSimpleName() + (ended ? " failed: " : " hangs: ") + printed);
            }
            return printed;
        } finally {
            process.destroyForcibly();
            Files.delete(out);
        }
    }
}
