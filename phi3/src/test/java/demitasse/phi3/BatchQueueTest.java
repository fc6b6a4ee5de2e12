package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.tensor.KvShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler without a model. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchQueueTest {
    private static final int PLENTY = 1000;
    private static final long STALL_NANOS = 250_000_000;

    private static CompletableFuture<Void> thread(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        return done;
    }

    /** Holds the first batch up until so many requests wait, its own included. */
    private static void holdFirst(BatchLab lab, int requests) {
        lab.during = () -> {
            lab.during = () -> {};
            while (lab.queue.waiting() < requests) {
                Thread.onSpinWait();
            }
        };
    }

    @Test
    void aLoneSessionNeverWaits() {
        BatchLab lab = new BatchLab(PLENTY, true);
        Sequence one = lab.open();
        assertArrayEquals(new float[] {7, 599, 0}, lab.run(one, 7, 600));
        assertEquals(
                List.of(256, 256, 88),
                lab.seen.stream().map(BatchLab.Seen::rows).toList());
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(new float[] {i, 600 + i, 0}, lab.run(one, i, 1));
        }
        assertEquals(13, lab.seen.size());
        assertEquals(0, lab.waits);
    }

    @Test
    void whoDoesNotComeBackIsWaitedForOnce() {
        BatchLab lab = new BatchLab(PLENTY, false);
        Sequence gone = lab.open();
        Sequence here = lab.open();
        lab.run(gone, 1, 1);
        for (int i = 0; i < 5; i++) {
            lab.run(here, 1, 1);
        }
        assertEquals(1, lab.waits);
        lab.run(gone, 1, 1);
        assertEquals(2, lab.waits, "for the other one");
        lab.queue.rest(gone);
        lab.run(here, 1, 1);
        assertEquals(2, lab.waits, "who has said so is not waited for");
    }

    @Test
    void sessionsInStepAreComputedTogether() {
        int sessions = 4;
        int tokens = 20;
        BatchLab lab = new BatchLab(PLENTY, true);
        holdFirst(lab, sessions);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            Sequence sequence = lab.open();
            int id = i;
            threads.add(thread(() -> {
                for (int t = 0; t < tokens; t++) {
                    assertArrayEquals(new float[] {id, t, 0}, lab.run(sequence, id, 1));
                }
                lab.queue.rest(sequence);
            }));
        }
        threads.forEach(CompletableFuture::join);
        List<Integer> rows = lab.seen.stream().map(BatchLab.Seen::rows).toList();
        assertEquals(1, rows.getFirst());
        assertEquals(3, rows.getLast());
        assertEquals(tokens + 1, rows.size());
        assertTrue(rows.subList(1, tokens).stream().allMatch(n -> n == sessions), rows::toString);
    }

    @Test
    void aLongPromptStallsNobody() {
        // The very first batch is careful, since no prompt has been measured yet.
        List<BatchLab.Seen> beside = beside(1, 15_000_000);
        for (BatchLab.Seen seen : beside.subList(1, beside.size())) {
            assertTrue(seen.rows() > 8, () -> "the prompt gets on: " + seen.counts());
        }
    }

    /** Who verifies a draft generates, however long it is. */
    @Test
    void aLongPromptDoesNotStallDrafts() {
        int draft = 1 + Drafter.MOST;
        List<BatchLab.Seen> beside = beside(draft, 5_000_000);
        for (BatchLab.Seen seen : beside) {
            assertTrue(seen.counts().contains(draft), () -> "the whole draft: " + seen.counts());
        }
    }

    /** The batches with both while one generates, so many tokens a step, and another reads a long prompt. */
    private static List<BatchLab.Seen> beside(int tokens, long rowNanos) {
        BatchLab lab = new BatchLab(PLENTY, true);
        lab.rowNanos = rowNanos;
        Sequence prompt = lab.open();
        Sequence generator = lab.open();
        lab.run(generator, 1, tokens);
        lab.queue.rest(generator);
        int before = lab.seen.size();
        holdFirst(lab, 2);
        CompletableFuture<Void> other = thread(() -> {
            for (int t = 0; t < 101; t++) {
                lab.run(generator, 1, tokens);
            }
            lab.queue.rest(generator);
        });
        CompletableFuture<Void> reading = thread(() -> {
            assertArrayEquals(new float[] {5, 3499, 0}, lab.run(prompt, 5, 3500));
            lab.queue.rest(prompt);
        });
        CompletableFuture.allOf(other, reading).join();
        List<BatchLab.Seen> beside = lab.seen.subList(before, lab.seen.size()).stream()
                .filter(seen -> seen.has(generator) && seen.has(prompt))
                .toList();
        assertTrue(beside.size() >= 99, () -> beside.size() + " batches with both");
        for (BatchLab.Seen seen : beside) {
            assertTrue(seen.nanos() <= STALL_NANOS, () -> seen.counts() + " took " + seen.nanos());
        }
        return beside;
    }

    /** However few rows a prompt was left with, it gets more when the machine is itself again. */
    @Test
    void aBusyMomentIsForgotten() {
        BatchSpeed speed = new BatchSpeed();
        speed.measured(2, 0, 10_000_000);
        speed.measured(2, 16, 26_000_000);
        for (int i = 0; i < 5; i++) {
            speed.measured(2, 16, 9_000_000_000L);
        }
        assertEquals(1, speed.promptRows(BatchPlanner.MOST_NANOS));
        int rows = 1;
        for (int i = 0; i < 30; i++) {
            speed.measured(2, rows, 10_000_000 + rows * 1_000_000L);
            rows = speed.promptRows(BatchPlanner.MOST_NANOS);
        }
        assertTrue(rows > 150 && rows <= 200, () -> "rows " + speed.promptRows(BatchPlanner.MOST_NANOS));
    }

    /** As after a start: while a prompt is there single tokens come alone no more, and what they took is not seen again. */
    @Test
    void aSlowBeginningIsForgotten() {
        BatchSpeed speed = new BatchSpeed();
        speed.measured(1, 0, 2 * BatchPlanner.MOST_NANOS);
        int rows = speed.promptRows(BatchPlanner.MOST_NANOS);
        for (int i = 0; i < 30; i++) {
            long nanos = 100_000_000 + rows * 20_000_000L;
            assertTrue(nanos <= STALL_NANOS, "rows " + rows);
            speed.measured(1, rows, nanos);
            rows = speed.promptRows(BatchPlanner.MOST_NANOS);
        }
        assertTrue(rows >= 4, "rows " + rows);
    }

    @Test
    void promptsTakeTurns() {
        BatchLab lab = new BatchLab(PLENTY, true);
        Sequence a = lab.open();
        Sequence b = lab.open();
        holdFirst(lab, 2);
        CompletableFuture<Void> first = thread(() -> {
            lab.run(a, 1, 2000);
            lab.queue.rest(a);
        });
        CompletableFuture<Void> second = thread(() -> {
            lab.run(b, 1, 600);
            lab.queue.rest(b);
        });
        CompletableFuture.allOf(first, second).join();
        // Whichever came first, the other one is served next, and the shorter is done when it has had its share.
        int last = lab.seen.size() - 1;
        while (!lab.seen.get(last).has(b)) {
            last--;
        }
        assertTrue(last <= 7, "batches until the shorter prompt is read: " + last);
    }

    @Test
    void aFailureIsItsOwnersAlone() {
        BatchLab lab = new BatchLab(PLENTY, true);
        Sequence first = lab.open();
        Sequence bad = lab.open();
        Sequence good = lab.open();
        holdFirst(lab, 3);
        CompletableFuture<Void> a = thread(() -> {
            lab.run(first, 1, 1);
            lab.queue.rest(first);
        });
        CompletableFuture<Void> b = thread(() -> lab.run(bad, BatchLab.POISON, 2));
        CompletableFuture<Void> c = thread(() -> {
            assertArrayEquals(new float[] {3, 1, 0}, lab.run(good, 3, 2));
            lab.queue.rest(good);
        });
        a.join();
        c.join();
        assertEquals(
                IllegalArgumentException.class,
                assertThrows(CompletionException.class, b::join).getCause().getClass());
        assertEquals(0, bad.position);
        assertArrayEquals(new float[] {1, 0, 0}, lab.run(bad, 1, 1));
    }

    /** As when a page of the model's file is missing: each session is told, and the queue goes on. */
    @Test
    void whatFailsForAllIsToldToAll() {
        BatchLab lab = new BatchLab(PLENTY, true);
        List<Sequence> sequences = List.of(lab.open(), lab.open(), lab.open());
        Runnable fail = () -> {
            throw new UnsupportedOperationException();
        };
        lab.during = () -> {
            lab.during = fail;
            while (lab.queue.waiting() < sequences.size()) {
                Thread.onSpinWait();
            }
            fail.run();
        };
        List<CompletableFuture<Void>> threads =
                sequences.stream().map(s -> thread(() -> lab.run(s, 1, 2))).toList();
        for (CompletableFuture<Void> one : threads) {
            assertEquals(
                    UnsupportedOperationException.class,
                    assertThrows(CompletionException.class, one::join)
                            .getCause()
                            .getClass());
        }
        lab.during = () -> {};
        for (Sequence sequence : sequences) {
            assertEquals(0, sequence.position);
            assertArrayEquals(new float[] {1, 0, 0}, lab.run(sequence, 1, 1));
            lab.queue.rest(sequence);
        }
    }

    @Test
    void batchesAreNoLargerThanTheEngineTakes() {
        BatchLab lab = new BatchLab(PLENTY, true, BatchPlanner.SHORT);
        holdFirst(lab, 3);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int tokens : List.of(100, BatchPlanner.SHORT, 3)) {
            Sequence sequence = lab.open();
            threads.add(thread(() -> {
                assertArrayEquals(new float[] {2, tokens - 1, 0}, lab.run(sequence, 2, tokens));
                lab.queue.rest(sequence);
            }));
        }
        threads.forEach(CompletableFuture::join);
        assertTrue(lab.seen.stream().allMatch(seen -> seen.rows() <= BatchPlanner.SHORT));
    }

    @Test
    void closingFailsWhatWaitsAndNothingElse() {
        BatchLab lab = new BatchLab(PLENTY, true);
        Sequence first = lab.open();
        Sequence closed = lab.open();
        CountDownLatch inside = new CountDownLatch(1);
        lab.during = () -> {
            inside.countDown();
            while (lab.queue.waiting() < 2) {
                Thread.onSpinWait();
            }
            lab.during = () -> {};
            lab.queue.close(closed);
        };
        CompletableFuture<Void> a = thread(() -> assertArrayEquals(new float[] {1, 0, 0}, lab.run(first, 1, 1)));
        CompletableFuture<Void> b = thread(() -> {
            await(inside);
            lab.run(closed, 1, 1);
        });
        a.join();
        assertTrue(assertThrows(CompletionException.class, b::join).getMessage().contains("session is closed"));
        lab.queue.close("the model is closed");
        assertThrows(IllegalStateException.class, () -> lab.run(first, 1, 1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thoseWhoRestLoseTheirMemoryAndComputeItAgain() {
        BatchLab lab = new BatchLab(3, false);
        Sequence oldest = lab.open();
        Sequence older = lab.open();
        Sequence now = lab.open();
        for (Sequence sequence : List.of(oldest, older)) {
            lab.run(sequence, 4, 100);
            lab.queue.rest(sequence);
            lab.pass(1);
        }
        lab.run(now, 4, KvShape.PAGE + 1);
        assertEquals(0, oldest.filled, "the one used longest ago");
        assertEquals(100, older.filled);
        lab.queue.rest(now);
        lab.seen.clear();
        assertArrayEquals(new float[] {9, 100, 0}, lab.run(oldest, 9, 1));
        assertEquals(101, lab.seen.getFirst().rows());
        assertEquals(0, older.filled);
        assertThrows(KvMemoryException.class, () -> lab.run(now, 1, 3 * KvShape.PAGE));
        assertEquals(KvShape.PAGE + 1, now.position);
    }

    /** Two sessions that do not fit together both come to their end, one after the other where it must be. */
    @Test
    void theOldestGetsOn() {
        BatchLab lab = new BatchLab(3, true);
        int tokens = 2 * KvShape.PAGE;
        holdFirst(lab, 2);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Sequence sequence = lab.open();
            threads.add(thread(() -> {
                for (int t = 0; t < tokens; t++) {
                    assertArrayEquals(new float[] {8, t, 0}, lab.run(sequence, 8, 1));
                }
                lab.queue.rest(sequence);
            }));
        }
        threads.forEach(CompletableFuture::join);
    }

    @Test
    void aCommonBeginningIsShared() {
        BatchLab lab = new BatchLab(PLENTY, false);
        Sequence first = lab.open();
        lab.run(first, 5, 300);
        Sequence second = lab.open();
        int[] prompt = new int[400];
        java.util.Arrays.fill(prompt, 5);
        prompt[290] = 6;
        assertEquals(290, lab.queue.keep(second, prompt));
        assertEquals(3 * BatchLab.SHAPE.pageBytes(), lab.queue.memoryUsed());
        lab.queue.run(second, prompt, 290, 110, false, new float[BatchLab.VOCABULARY]);
        assertEquals(5 * BatchLab.SHAPE.pageBytes(), lab.queue.memoryUsed(), "a copy, and a new one");
        lab.queue.close(first);
        assertEquals(4 * BatchLab.SHAPE.pageBytes(), lab.queue.memoryUsed());
        lab.queue.close(second);
        assertEquals(0, lab.queue.memoryUsed());
    }
}
