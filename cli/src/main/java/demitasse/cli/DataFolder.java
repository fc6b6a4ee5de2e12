package demitasse.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A data folder in use. Who works with its databases shares it; who replaces them has it alone. The lock goes with the
 * process, however that ends.
 */
final class DataFolder implements AutoCloseable {
    /** Sessions, hand-offs and all else of customers; beside {@link IngestCommand#KNOWLEDGE}. */
    static final String CONVERSATIONS = "assistant.db";

    private static final String LOCK = "demitasse.lock";
    private static final System.Logger LOG = System.getLogger(DataFolder.class.getName());

    private final Path folder;
    private final FileChannel channel;

    private DataFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    Path path() {
        return folder;
    }

    /** Makes the folder if need be, readable for its owner only, and ends a restore that was broken off. */
    static DataFolder share(Path folder) throws IOException {
        make(folder);
        Places.requireWritable(folder);
        if (Restore.isPending(folder)) {
            try (DataFolder alone = alone(folder)) {
                Restore.finish(alone.path());
            }
        }
        FileChannel channel = open(folder);
        try {
            if (!lock(channel, true)) {
                throw new InputException(folder + ": a restore is under way");
            }
        } catch (IOException e) {
            // Some file systems know no locks; then only the user can see to it that nobody restores meanwhile.
            LOG.log(System.Logger.Level.WARNING, "{0}: cannot be locked: {1}", folder, e.getMessage());
        }
        return new DataFolder(folder, channel);
    }

    /** @throws InputException if a process works with the folder */
    static DataFolder alone(Path folder) throws IOException {
        make(folder);
        FileChannel channel = open(folder);
        try {
            if (lock(channel, false)) {
                return new DataFolder(folder, channel);
            }
        } catch (IOException e) {
            channel.close();
            throw new InputException(folder + ": cannot be locked: " + Failures.line(e));
        }
        channel.close();
        throw new InputException(folder + ": is in use; stop the server first");
    }

    /** Readable for its owner only. */
    static void make(Path folder) throws IOException {
        Files.createDirectories(folder.toAbsolutePath(), owners("rwx------"));
    }

    /** Permissions of a new file or folder, where there are such. */
    static FileAttribute<?>[] owners(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static FileChannel open(Path folder) throws IOException {
        return FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static boolean lock(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return shared; // by this process, as when a program has two servers
        }
    }

    /** The one entry of the folder whose name begins so; null: none. */
    static Path beginning(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, name + "*")) {
            for (Path path : found) {
                return path;
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
