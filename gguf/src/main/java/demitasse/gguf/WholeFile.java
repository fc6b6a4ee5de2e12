package demitasse.gguf;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Files that are there whole or not at all: written under another name beside the place, put on the disk, renamed. Who is
 * killed meanwhile, or loses power, leaves what stood there, and a {@code .part} file.
 */
public final class WholeFile {
    /** Writes the contents. */
    @FunctionalInterface
    public interface Contents {
        void write(OutputStream out) throws IOException;
    }

    private static final int BUFFER_BYTES = 1 << 20;
    private static final String PART = ".part";

    /** A part that nobody has written to for so long is of a process that was killed. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private WholeFile() {}

    /** @throws IOException if it cannot be written; what stood there is still there */
    public static void write(Path target, Contents contents) throws IOException {
        write(part(target), target, contents);
    }

    /**
     * The same for what only its owner may read, as far as the file system knows owners.
     *
     * @throws IOException if it cannot be written; what stood there is still there
     */
    public static void writeForOwner(Path target, Contents contents) throws IOException {
        write(ownersPart(target), target, contents);
    }

    private static void write(Path part, Path target, Contents contents) throws IOException {
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
                contents.write(out);
            }
            publish(part, target);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * A name beside the target for its contents while they are not whole; goes when the JVM ends. What killed processes
     * have left of the same target is removed.
     */
    public static Path part(Path target) {
        String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Path part = target.resolveSibling(beginning(target) + unique + PART);
        part.toFile().deleteOnExit(); // for Ctrl-C: a model may be gigabytes
        return part;
    }

    /** The same, and makes the file, which only its owner may read. */
    public static Path ownersPart(Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        Path part = Files.createTempFile(folder, beginning(target), PART); // temporary files are their owner's
        part.toFile().deleteOnExit();
        return part;
    }

    /** Of the parts of a target, of which the abandoned ones are removed. */
    private static String beginning(Path target) {
        String name = "." + target.getFileName() + ".";
        removeAbandoned(target.toAbsolutePath().getParent(), name);
        return name;
    }

    /** Removes the parts in a folder whose names begin so and that nobody has written to for an hour, if that is possible. */
    public static void removeAbandoned(Path folder, String beginning) {
        FileTime before = FileTime.from(Instant.now().minus(ABANDONED));
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, path -> {
            String name = path.getFileName().toString();
            return name.startsWith(beginning) && name.endsWith(PART);
        })) {
            for (Path part : parts) {
                if (Files.getLastModifiedTime(part).compareTo(before) < 0) {
                    Files.deleteIfExists(part);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // They take room and do no harm; another process may be removing them too.
        }
    }

    /** Gives a file that is whole its name, once the disk has all of it. */
    public static void publish(Path part, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
