package demitasse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Which commit of our sources runs: figures without it cannot be made again. */
final class SourceCommit {
    static final String UNKNOWN = "unknown";

    private SourceCommit() {}

    /** The short hash, with {@code -dirty} where files were changed, or "unknown" without git or outside a checkout. */
    static String of(Path checkout) {
        try {
            Process git = new ProcessBuilder(
                            "git", "-C", checkout.toString(), "describe", "--always", "--dirty", "--exclude=*")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String hash = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return git.waitFor() == 0 && !hash.isEmpty() ? hash : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
