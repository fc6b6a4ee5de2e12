package demitasse.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Looks into files as they lie on the disk, for what must not be there any more. */
public final class RawFiles {
    private RawFiles() {}

    /** Whether the bytes of {@code word}, which is ASCII, stand in any file of {@code folder}. */
    public static boolean contain(Path folder, String word) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (text(file).contains(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A file that its owner has removed since it was listed has nothing in it. */
    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
