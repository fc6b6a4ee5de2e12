package demitasse.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void runsEveryPieceOnce(int count) {
        try (Threads threads = new Threads(count)) {
            for (int pieces : new int[] {0, 1, 2, 3, 7, 64, 1000}) {
                for (int repetition = 0; repetition < 50; repetition++) {
                    AtomicIntegerArray ran = new AtomicIntegerArray(pieces);
                    threads.run(pieces, i -> ran.incrementAndGet(i));
                    for (int i = 0; i < pieces; i++) {
                        assertEquals(1, ran.get(i));
                    }
                }
            }
        }
    }

    @Test
    void resultsOfOneJobAreSeenByTheNext() {
        try (Threads threads = new Threads(4)) {
            int[] values = new int[16];
            for (int round = 0; round < 20_000; round++) {
                int expected = round;
                threads.run(16, i -> {
                    if (values[15 - i] < expected - 1) {
                        throw new AssertionError("a piece of round " + (expected - 1) + " is missing");
                    }
                });
                threads.run(16, i -> values[i] = expected);
            }
        }
    }

    @Test
    void piecesRunAtTheSameTimeOnDifferentWorkers() {
        try (Threads threads = new Threads(3)) {
            CyclicBarrier meeting = new CyclicBarrier(3);
            AtomicInteger workers = new AtomicInteger();
            threads.run(3, (index, worker) -> {
                workers.accumulateAndGet(1 << worker, (a, b) -> a | b);
                assertTimely(meeting);
            });
            assertEquals(0b111, workers.get());
        }
    }

    private static void assertTimely(CyclicBarrier meeting) {
        try {
            meeting.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rethrowsTheFailureAndGoesOn() {
        try (Threads threads = new Threads(2)) {
            IllegalArgumentException failure = new IllegalArgumentException("piece 3");
            assertSame(
                    failure,
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> threads.run(8, i -> {
                                if (i == 3) {
                                    throw failure;
                                }
                            })));
            AtomicInteger ran = new AtomicInteger();
            threads.run(8, i -> ran.incrementAndGet());
            assertEquals(8, ran.get());
        }
    }

    @Test
    void callersTakeTurns() throws InterruptedException {
        try (Threads threads = new Threads(2)) {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger total = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < 6; c++) {
                callers.add(Thread.ofVirtual().start(() -> {
                    for (int round = 0; round < 200; round++) {
                        threads.run(5, i -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            total.incrementAndGet();
                            inside.decrementAndGet();
                        });
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(6 * 200 * 5, total.get());
            assertTrue(most.get() <= 2, () -> most + " pieces at once on two threads");
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        Threads threads = new Threads(2);
        assertThrows(IllegalArgumentException.class, () -> new Threads(0));
        assertThrows(IllegalArgumentException.class, () -> threads.run(-1, i -> {}));
        assertThrows(IllegalStateException.class, () -> threads.run(2, i -> threads.run(1, j -> {})));
        threads.close();
        threads.close();
        assertThrows(IllegalStateException.class, () -> threads.run(2, i -> {}));
    }

    @Test
    void piecesApartAreEachTakenOnce() {
        for (int count = 1; count <= 4; count++) {
            try (Threads threads = new Threads(count)) {
                for (int pieces = 0; pieces < 14; pieces++) {
                    AtomicIntegerArray taken = new AtomicIntegerArray(pieces);
                    int all = pieces;
                    threads.run(threads.apart(pieces), (int index) -> {
                        int piece = threads.apart(index, all);
                        if (piece < all) {
                            taken.incrementAndGet(piece);
                        }
                    });
                    for (int i = 0; i < pieces; i++) {
                        assertEquals(1, taken.get(i), i + " of " + pieces + ", " + count + " threads");
                    }
                }
            }
        }
    }
}
