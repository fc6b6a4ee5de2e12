package demitasse.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void theNameComesLast() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        WholeFile.write(target, out -> {
            out.write("new".getBytes());
            out.flush();
            assertEquals("old", Files.readString(target));
        });
        assertEquals("new", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void whatFailsLeavesWhatWasThere() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "old");
        assertThrows(
                IOException.class,
                () -> WholeFile.write(target, out -> {
                    out.write(1);
                    throw new IOException("full");
                }));
        assertEquals("old", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void whatIsForItsOwnerIsReadByNobodyElse() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path target = Files.writeString(folder.resolve("out"), "old");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
        WholeFile.writeForOwner(target, out -> out.write("new".getBytes()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
        assertEquals("new", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void partsOfTheDeadAreRemovedAndOnlyThose() throws IOException {
        Path dead = Files.writeString(folder.resolve(".out.1-2.part"), "half");
        Path living = Files.writeString(folder.resolve(".out.3-4.part"), "half");
        Path other = Files.writeString(folder.resolve(".outer.1-2.part"), "half");
        Path mine = Files.writeString(folder.resolve(".out.1-2"), "mine");
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        for (Path file : List.of(dead, other, mine)) {
            Files.setLastModifiedTime(file, old);
        }
        WholeFile.write(folder.resolve("out"), out -> out.write(1));
        assertFalse(Files.exists(dead));
        Files.writeString(dead, "half");
        Files.setLastModifiedTime(dead, old);
        WholeFile.writeForOwner(folder.resolve("out"), out -> out.write(1));
        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(living) && Files.exists(other) && Files.exists(mine));
    }
}
