package demitasse.gguf;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A size in a header costs memory only as far as the file has the bytes for it. */
final class GgufLimitsTest {
    /** Of memory, for reading a broken file: exceptions, messages, the JDK's own. */
    private static final long FIXED_BYTES = 4 << 20;

    private static final int ARRAY = 9;
    private static final int STRING = 8;
    private static final int INT64 = 11;
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1 << 24, Integer.MAX_VALUE, 0xffff_ffffL, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void hostileSizesAllocateNothing(long size) throws IOException {
        refused("tensors", header(size, 0));
        refused("keys", header(0, size));
        refused("key", header(0, 1).putLong(size));
        refused("string", key(STRING).putLong(size));
        refused("numbers", key(ARRAY).putInt(INT64).putLong(size));
        refused("strings", key(ARRAY).putInt(STRING).putLong(size));
        refused("name", header(1, 0).putLong(size));
        refused("shape", text(header(1, 0), "t").putInt(2).putLong(size).putLong(size));
        refused(
                "data",
                text(header(1, 0), "t").putInt(1).putLong(size).putInt(0).putLong(0));
        refused("offset", text(header(1, 0), "t").putInt(1).putLong(1).putInt(0).putLong(size));
    }

    @Test
    void moreEntriesThanAnyModelHasAreRefused() throws IOException {
        refused("tensors", header(100_000, 0), 3 * MEGABYTE);
        refused("keys", header(0, 100_000), 3 * MEGABYTE);
        refused("strings", key(ARRAY).putInt(STRING).putLong(3_000_000), 3_000_000 * Long.BYTES);
    }

    @Test
    void arraysCostTheirBytes() throws IOException {
        Path file = write(key(ARRAY).putInt(INT64).putLong(MEGABYTE), MEGABYTE * Long.BYTES);
        assertAllocates(Files.size(file), () -> GgufFile.open(file).close());
    }

    @Test
    void messagesAreShortAndPrintable() throws IOException {
        String name = "\u001b[31mred\u202e" + "x".repeat(60_000);
        Path file = write(text(header(0, 1), name).putInt(99), 0);
        String message = assertThrows(GgufFormatException.class, () -> GgufFile.open(file))
                .getMessage();
        assertTrue(message.length() < 1000, message);
        assertTrue(IntStream.range(0, message.length()).noneMatch(i -> Character.isISOControl(message.charAt(i))));
        String told = new ModelLoadException("key general.architecture", "a model", name).getMessage();
        assertTrue(told.length() < 1000 && told.indexOf('\u001b') < 0, told);
    }

    private void refused(String what, ByteBuffer header) throws IOException {
        refused(what, header, MEGABYTE);
    }

    private void refused(String what, ByteBuffer header, int rest) throws IOException {
        Path file = write(header, rest);
        assertAllocates(0, () -> assertThrows(GgufFormatException.class, () -> GgufFile.open(file), what));
    }

    private interface Work {
        void run() throws IOException;
    }

    /** At most so much on this thread beside the fixed sum. */
    private static void assertAllocates(long most, Work work) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated <= most + FIXED_BYTES, () -> allocated + " bytes where " + most + " were there");
    }

    private Path write(ByteBuffer header, int rest) throws IOException {
        return Files.write(folder.resolve("file.gguf"), Arrays.copyOf(header.array(), header.position() + rest));
    }

    private static ByteBuffer header(long tensors, long keys) {
        return ByteBuffer.allocate(1 << 17)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(GgufReader.MAGIC)
                .putInt(GgufReader.NEWEST_VERSION)
                .putLong(tensors)
                .putLong(keys);
    }

    private static ByteBuffer key(int type) {
        return text(header(0, 1), "k").putInt(type);
    }

    private static ByteBuffer text(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return out.putLong(bytes.length).put(bytes);
    }
}
