package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.testkit.Fork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pool whose pieces touch pages of a file that was shortened: the error reaches the caller, no job hangs, and the pool
 * works on. In a JVM of its own, as what is tried is what used to kill JVMs.
 */
final class MissingPagesTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 256;
    private static final int PIECES = 64;
    /** Enough that the piece is compiled into the pool's loop, where the error comes late. */
    private static final int WARM_UP = 30_000;

    private static final int BROKEN = 2000;

    @TempDir
    private Path folder;

    @Test
    void errorsOfWorkersReachTheCaller() throws IOException, InterruptedException {
        assertEquals(
                "good", Fork.run(MissingPagesTest.class, folder.resolve("pages").toString()));
    }

    public static void main(String[] args) throws IOException {
        StandardOpenOption[] how = {StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE};
        try (FileChannel file = FileChannel.open(Path.of(args[0]), how);
                Arena arena = Arena.ofShared();
                Threads threads = new Threads(4)) {
            MemorySegment pages = file.map(FileChannel.MapMode.READ_WRITE, 0, (long) PAGES * PAGE, arena);
            byte[][] out = new byte[PIECES][64];
            Threads.Piece piece = i ->
                    MemorySegment.copy(pages, ValueLayout.JAVA_BYTE, (long) (1 + i) * PAGE, out[i], 0, out[i].length);
            for (int i = 0; i < WARM_UP; i++) {
                threads.run(PIECES, piece);
            }
            file.truncate(PAGE);
            int failed = 0;
            for (int i = 0; i < BROKEN; i++) {
                failed += fails(threads, piece) ? 1 : 0;
            }
            int good = 0;
            for (int i = 0; i < BROKEN; i++) {
                AtomicInteger ran = new AtomicInteger();
                good += !fails(threads, p -> ran.incrementAndGet()) && ran.get() == PIECES ? 1 : 0;
            }
            long alive = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("demitasse-"))
                    .count();
            boolean well = failed == BROKEN && good == BROKEN && alive == threads.count() - 1;
            System.out.print(well ? "good" : failed + " failed, " + good + " good, " + alive + " workers alive");
        }
    }

    private static boolean fails(Threads threads, Threads.Piece piece) {
        try {
            threads.run(PIECES, piece);
            return false;
        } catch (InternalError e) {
            return true;
        }
    }
}
