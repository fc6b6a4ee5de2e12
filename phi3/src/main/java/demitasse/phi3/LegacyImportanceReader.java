package demitasse.phi3;

import demitasse.gguf.GgufFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads the older form of an importance matrix, all numbers little-endian: i32 entries; for each i32 length and name,
 * i32 calls, i32 values, f32 values, which are means times calls; then, not always, i32 chunks, i32 length and name of
 * the text.
 */
final class LegacyImportanceReader {
    private static final int MOST_ENTRIES = 1 << 20;

    private final Path file;
    private final InputStream in;
    private final long size;
    private long at;

    private LegacyImportanceReader(Path file, InputStream in, long size) {
        this.file = file;
        this.in = in;
        this.size = size;
    }

    static ImportanceMatrix read(Path file, Predicate<String> wanted) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return new LegacyImportanceReader(file, in, Files.size(file)).read(wanted);
        }
    }

    private ImportanceMatrix read(Predicate<String> wanted) throws IOException {
        int count = count("entries of an importance matrix", 1, MOST_ENTRIES);
        Map<String, float[]> entries = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = text(count("length of a name", 0, size - at));
            int calls = bytes(Integer.BYTES).getInt();
            float[] values = new float[count("values of " + name, 1, (size - at - Integer.BYTES) / Float.BYTES)];
            bytes(Float.BYTES * values.length).asFloatBuffer().get(values);
            if (calls > 0) {
                for (int j = 0; j < values.length; j++) {
                    values[j] /= calls;
                }
            }
            if (wanted.test(name)) {
                entries.put(name, values);
            }
        }
        int chunks = size - at < Integer.BYTES ? 0 : bytes(Integer.BYTES).getInt();
        int length = size - at < Integer.BYTES ? 0 : bytes(Integer.BYTES).getInt();
        List<String> datasets = length > 0 && length <= size - at ? List.of(text(length)) : List.of();
        return new ImportanceMatrix(file, entries, datasets, chunks);
    }

    /** Checked before anything is allocated for it. */
    private int count(String what, int least, long most) throws IOException {
        long offset = at;
        int count = bytes(Integer.BYTES).getInt();
        if (count < least || count > most) {
            throw new GgufFormatException(file, offset, what, least + " to " + most, String.valueOf(count));
        }
        return count;
    }

    private String text(int length) throws IOException {
        return StandardCharsets.UTF_8.decode(bytes(length)).toString();
    }

    private ByteBuffer bytes(int n) throws IOException {
        byte[] bytes = n <= size - at ? in.readNBytes(n) : new byte[0];
        if (bytes.length < n) {
            throw new GgufFormatException(
                    file, at, "importance matrix", n + " more bytes", "the end after " + (size - at));
        }
        at += n;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
