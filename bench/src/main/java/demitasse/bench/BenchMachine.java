package demitasse.bench;

import demitasse.tensor.VectorUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;

/**
 * On what a figure was measured: a rate without it says nothing.
 *
 * @param commit of our sources, or "unknown"
 */
public record BenchMachine(
        String cpu, int processors, int vectorBits, String jvm, String os, String date, String commit) {
    public static BenchMachine here(String commit) {
        return new BenchMachine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                VectorUnit.bits(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                LocalDate.now().toString(),
                commit);
    }

    /** For the foot of a table. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%s (%d processors), %d-bit vectors, %s, %s, %s",
                cpu,
                processors,
                vectorBits,
                jvm,
                os,
                date);
    }

    private static String cpuName() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch"); // not Linux
        }
    }
}
