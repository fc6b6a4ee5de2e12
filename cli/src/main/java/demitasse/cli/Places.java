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

    /** What {@code serve} and {@code ingest} keep: knowledge, sessions, hand-offs. Not a cache, so not in one. */
    static Path data() {
        return root().resolve("data");
    }

    /** Makes the folder if need be, for its owner only: conversations are nobody else's on this machine. */
    static void create(Path data) throws IOException {
        if (Files.isDirectory(data)) {
            return;
        }
        Path folder = data.toAbsolutePath();
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(folder.getParent());
        if (posix) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createDirectory(folder);
        }
    }

    /** Whether others on this machine can look into the folder. */
    static boolean isOpenToOthers(Path folder) throws IOException {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(folder));
    }

    /** True when somebody watches stderr, so that a progress bar makes sense. */
    static boolean interactive() {
        return Boolean.getBoolean("demitasse.interactive");
    }
}
