package demitasse.cli;

import demitasse.gguf.WholeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A result file that appears when it is whole: a command that fails leaves what was there. Pipes and devices such as
 * /dev/stdout are written as they are.
 */
final class Output implements AutoCloseable {
    private final Path target;
    private final Path part;
    private final OutputStream out;
    private boolean whole;

    Output(Path target) throws IOException {
        this.target = target;
        OutputFile.checkPlace(target);
        boolean ordinary = !Files.exists(target) || Files.isRegularFile(target);
        if (!ordinary) {
            part = null;
            out = new BufferedOutputStream(Files.newOutputStream(target, StandardOpenOption.WRITE));
            return;
        }
        part = WholeFile.part(target);
        out = new BufferedOutputStream(Files.newOutputStream(part));
    }

    OutputStream stream() {
        return out;
    }

    void line(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }

    /** Says that everything was written; without it {@link #close} throws the file away. */
    void done() {
        whole = true;
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (part == null) {
            return;
        }
        if (whole) {
            WholeFile.publish(part, target);
        } else {
            Files.deleteIfExists(part);
        }
    }
}
