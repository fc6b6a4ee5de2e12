package demitasse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Checks a file that is to be written, before hours of work: it never replaces anything unasked. */
final class OutputFile {
    private OutputFile() {}

    static void check(Path target, boolean force) {
        checkPlace(target);
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(target)) {
            throw new InputException(target + ": is no ordinary file");
        }
        if (!force) {
            throw new InputException(target + ": is there already; --force replaces it");
        }
    }

    /** Whether there can be a file. */
    static void checkPlace(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        boolean taken = Files.isDirectory(target);
        if (taken || folder == null || !Files.isDirectory(folder)) {
            throw new InputException(
                    target + ": cannot be written: " + (taken ? "it is a folder" : "there is no folder " + folder));
        }
    }

    static void checkSpace(Path target, long bytes) throws IOException {
        long free = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        if (free < bytes) {
            throw new InputException(target + ": needs " + bytes + " bytes; " + free + " are free");
        }
    }
}
