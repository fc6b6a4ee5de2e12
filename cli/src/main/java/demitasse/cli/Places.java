package demitasse.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders: the launcher says where they are; without it they are found from the jar and the environment. */
final class Places {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private Places() {}

    /** The checkout, which holds {@code models/}. */
    static Path root() {
        String given = System.getProperty("demitasse.root");
        if (given != null) {
            return Path.of(given);
        }
        try {
            Path code = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = code; folder != null; folder = folder.getParent()) {
                if (Files.isDirectory(folder.resolve("models"))) {
                    return folder;
                }
            }
        } catch (URISyntaxException e) {
            // A path that is no URI: fall back on the working folder.
        }
        return Path.of("").toAbsolutePath();
    }

    /** Models that were downloaded or made: {@code ${DEMITASSE_HOME:-~/.cache/demitasse}}. */
    static Path cache() {
        String given = System.getProperty("demitasse.cache");
        if (given == null) {
            given = System.getenv("DEMITASSE_HOME");
        }
        return given != null && !given.isBlank()
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".cache", "demitasse");
    }

    /**
     * What {@code serve} and {@code ingest} keep: knowledge, sessions, hand-offs. Not a cache, so not in one; and the folder
     * of an installed program is no place for it either.
     */
    static Path data() {
        if (Files.exists(root().resolve("pom.xml"))) {
            return root().resolve("data");
        }
        String given = System.getenv("XDG_DATA_HOME");
        Path shares = given != null && !given.isBlank()
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".local", "share");
        return shares.resolve("demitasse");
    }

    /** Whether others on this machine can look into the folder. */
    static boolean isOpenToOthers(Path folder) throws IOException {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(folder));
    }

    /** Says in one line that it cannot be written before a database says it in many. */
    static void requireWritable(Path data) throws IOException {
        if (!Files.isWritable(data)) {
            throw new InputException(data + ": cannot be written");
        }
    }

    /** True when somebody watches stderr, so that a progress bar makes sense. */
    static boolean interactive() {
        return Boolean.getBoolean("demitasse.interactive");
    }
}
