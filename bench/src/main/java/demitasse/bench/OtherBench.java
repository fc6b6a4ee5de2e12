package demitasse.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Another program that prints llama-bench's JSON: run as a child, its standard output read to the end. */
final class OtherBench {
    private final List<String> command;

    OtherBench(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** @throws IOException one line: it did not start, failed, or printed something else */
    List<OtherRow> run() throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new IOException(command.getFirst() + ": does not start: " + e.getMessage(), e);
        }
        try {
            process.getOutputStream().close();
            FutureTask<String> complaint =
                    new FutureTask<>((Callable<String>) () -> lastLine(process.getErrorStream()));
            Thread.ofVirtual().start(complaint);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(command.getFirst() + ": exit code " + code + ": " + complaint.get());
            }
            return rows(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(command.getFirst() + ": " + e.getCause().getMessage(), e);
        } finally {
            process.destroy();
        }
    }

    private List<OtherRow> rows(String output) throws IOException {
        try {
            return OtherRow.parse(output);
        } catch (IOException e) {
            throw new IOException(command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static String lastLine(InputStream stream) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String last = "it said nothing";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isBlank() ? last : line.strip();
            }
            return last;
        }
    }
}
