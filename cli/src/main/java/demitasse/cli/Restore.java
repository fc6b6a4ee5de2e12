package demitasse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Puts the databases of a backup in the place of those that are there. Until all of them lie checked in a folder of
 * their own nothing is touched; that folder's renaming decides, and whatever ends the process after it, the next one
 * goes on where it ended.
 */
final class Restore {
    private static final String UNPACKED = ".restoring";
    private static final String DECIDED = ".restored-";
    private static final String BEFORE = "before-restore-";
    private static final String[] SUFFIXES = {"", "-wal", "-shm"};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private Restore() {}

    /**
     * @param folder of which the caller has the lock
     * @return where the former databases are; it may be empty
     */
    static Path run(Path backup, Path folder) throws IOException {
        if (isPending(folder)) {
            finish(folder);
        }
        Path unpacked = folder.resolve(UNPACKED);
        delete(unpacked);
        Files.createDirectory(unpacked, DataFolder.owners("rwx------"));
        try {
            BackupFile.read(backup, unpacked);
        } catch (IOException | RuntimeException e) {
            delete(unpacked);
            throw e;
        }
        Path decided = folder.resolve(DECIDED + TIME.format(Instant.now()));
        Files.move(unpacked, decided, StandardCopyOption.ATOMIC_MOVE);
        return finish(folder);
    }

    static boolean isPending(Path folder) throws IOException {
        return DataFolder.beginning(folder, DECIDED) != null;
    }

    /** Moves the former files out of the way and the new ones in; may have been broken off anywhere before. */
    static Path finish(Path folder) throws IOException {
        Path decided = DataFolder.beginning(folder, DECIDED);
        Path before = folder.resolve(BEFORE + decided.getFileName().toString().substring(DECIDED.length()));
        Files.createDirectories(before, DataFolder.owners("rwx------"));
        for (String name : BackupFile.DATABASES.keySet()) {
            Path next = decided.resolve(name);
            if (!Files.exists(next)) {
                continue;
            }
            // The log of the former database must not meet the new one.
            for (String suffix : SUFFIXES) {
                Path former = folder.resolve(name + suffix);
                if (Files.exists(former)) {
                    Files.move(former, before.resolve(name + suffix), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        delete(decided);
        return before;
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
