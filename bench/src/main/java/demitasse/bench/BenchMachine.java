package demitasse.bench;

import demitasse.tensor.VectorUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** On what a figure was measured: a rate without it says nothing. */
public record BenchMachine(String cpu, int processors, int vectorBits, String jvm, String os, String date) {
    public static BenchMachine here() {
        return new BenchMachine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                VectorUnit.bits(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                LocalDate.now().toString());
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
