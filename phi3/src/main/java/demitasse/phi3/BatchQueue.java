package demitasse.phi3;

import demitasse.tensor.KvCache;
import demitasse.tensor.KvShape;
import demitasse.tensor.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Continuous batching: sessions of several threads whose tokens are computed together. Who comes while nothing is
 * computed leads: it computes batches for all that wait until its own request is done, and then hands over to another.
 * There is no thread of its own, and a lone session pays an uncontended lock.
 *
 * <p>Sessions that have just got a token are choosing their next one: the leader waits for them for a moment, or those
 * who generate in step would fall apart into batches of one.
 */
final class BatchQueue {
    /** What computes a batch, writing logits to where its sequences want them. */
    @FunctionalInterface
    interface Engine {
        void forward(Batch batch);
    }

    /** Time, as tests can replace it. */
    interface Clock {
        Clock SYSTEM = new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void await(Condition condition, long nanos) throws InterruptedException {
                condition.awaitNanos(nanos);
            }
        };

        long nanos();

        /** Waits for a signal, or until the time is over. */
        void await(Condition condition, long nanos) throws InterruptedException;
    }

    /** The least time that a leader waits for sessions that choose a token, if it must. */
    private static final long GATHER_NANOS = 1_000_000;

    /** Part of the last batch's time that it waits at least. */
    private static final int GATHER_PART = 20;

    /** How long a leader waits before it looks again whether others have given up memory. */
    private static final long BLOCKED_NANOS = 10_000_000;

    /** So many tokens more in another session's cache are worth taking them over. */
    private static final int LEAST_SHARED = KvShape.BLOCK;

    private final Engine engine;
    private final KvMemory memory;
    private final Clock clock;
    private final BatchSpeed speed = new BatchSpeed();
    private final BatchPlanner planner;
    private final Batch batch = new Batch();
    /** For computing one of a batch's sequences again. */
    private final Batch single = new Batch();

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when something comes, rests or closes while the leader waits. */
    private final Condition changed = lock.newCondition();
    /** Signalled after each batch when somebody waits for that. */
    private final Condition computed = lock.newCondition();

    /** In the order of arrival. */
    private final List<Sequence> waiting = new ArrayList<>();

    private boolean leading;
    private boolean computing;
    /** Whether the leader has been interrupted while it waited. */
    private boolean interrupted;

    private int awaited;
    private long ages;
    /** Why no more requests are taken; null while they are. */
    private String closed;

    /** @param mostRows that the engine takes in a batch: at least {@link BatchPlanner#SHORT} */
    BatchQueue(Engine engine, int mostRows, int vocabulary, KvMemory memory, Clock clock) {
        this.engine = engine;
        this.memory = memory;
        this.clock = clock;
        this.planner = new BatchPlanner(mostRows, vocabulary, speed, this::room);
    }

    Sequence open(int contextSize, Rope rope) {
        lock.lock();
        try {
            Sequence sequence = new Sequence(new KvCache(memory.shape(), contextSize), rope, lock.newCondition());
            memory.open(sequence);
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends tokens to a sequence and computes them.
     *
     * @param all whether logits are wanted after each token; otherwise after the last
     * @param logits [wanted][vocabulary]
     * @throws KvMemoryException if they have no room; nothing has changed then
     * @throws IllegalStateException if the queue or the sequence is closed
     */
    void run(Sequence sequence, int[] ids, int from, int count, boolean all, float[] logits) {
        lock.lock();
        try {
            checkOpen(sequence);
            memory.check(sequence.position + count);
            sequence.want(ids, from, count, all, logits);
            if (!sequence.generating) {
                sequence.generating = true;
                sequence.age = ++ages;
            }
            notAwaited(sequence);
            waiting.add(sequence);
            changed.signal();
            while (sequence.waiting) {
                if (leading) {
                    sequence.done.awaitUninterruptibly();
                } else {
                    lead(sequence);
                }
            }
        } finally {
            lock.unlock();
        }
        rethrow(sequence);
    }

    private void checkOpen(Sequence sequence) {
        if (closed != null) {
            throw new IllegalStateException(closed);
        }
        if (sequence.closing()) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private static void rethrow(Sequence sequence) {
        Throwable failure = sequence.failure;
        sequence.failure = null;
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private void lead(Sequence own) {
        leading = true;
        interrupted = false;
        try {
            while (own.waiting) {
                step();
            }
        } catch (RuntimeException | Error e) {
            own.fail(e);
            removeDone();
        } finally {
            leading = false;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (!waiting.isEmpty()) {
                waiting.getFirst().done.signal();
            }
        }
    }

    private void step() {
        gather();
        if (waiting.isEmpty()) {
            return; // all closed meanwhile
        }
        planner.plan(waiting, othersGenerate(), batch);
        if (batch.size() > 0) {
            compute();
        }
        boolean left = removeDone();
        if (batch.size() == 0 && !left) {
            // Older sessions have the memory; they will go on, rest or close.
            pause(BLOCKED_NANOS);
        }
        batch.clear();
    }

    private void gather() {
        if (awaited == 0) {
            return;
        }
        long start = clock.nanos();
        long most = Math.max(GATHER_NANOS, speed.last() / GATHER_PART);
        for (long left = most; awaited > 0 && left > 0; left = start + most - clock.nanos()) {
            pause(left);
        }
        for (Sequence sequence : memory.sequences()) {
            notAwaited(sequence);
        }
    }

    private void pause(long nanos) {
        try {
            clock.await(changed, nanos);
        } catch (InterruptedException e) {
            // The batch is others' too: whoever interrupts the leader is heard when it has done its turn.
            interrupted = true;
        }
    }

    private boolean othersGenerate() {
        long now = clock.nanos();
        for (int i = 0; i < memory.sequences().size(); i++) {
            Sequence sequence = memory.sequences().get(i);
            if (!sequence.waiting && !KvMemory.rests(sequence, now)) {
                return true;
            }
        }
        return false;
    }

    private boolean room(Sequence sequence, int to) {
        try {
            return memory.make(sequence, to, clock.nanos());
        } catch (KvMemoryException e) {
            sequence.fail(e);
            return false;
        }
    }

    private void compute() {
        Throwable failure = null;
        long start = clock.nanos();
        computing = true;
        lock.unlock();
        try {
            engine.forward(batch);
        } catch (Throwable t) {
            failure = t;
        } finally {
            lock.lock();
            computing = false;
        }
        long now = clock.nanos();
        if (failure == null) {
            speed.measured(planner.shortRows(), batch.rows() - planner.shortRows(), now - start);
        }
        for (int i = 0; i < batch.size(); i++) {
            Sequence sequence = batch.get(i);
            Throwable own = failure != null && batch.size() > 1 ? alone(sequence) : failure;
            if (own != null) {
                sequence.fail(own);
            } else {
                sequence.computed();
            }
            finish(sequence, now);
        }
        computed.signalAll();
    }

    /** Computes again what failed beside others, to learn whose fault it is. */
    private Throwable alone(Sequence sequence) {
        single.clear();
        single.add(sequence);
        try {
            engine.forward(single);
            return null;
        } catch (Throwable t) {
            return t;
        } finally {
            single.clear();
        }
    }

    private void finish(Sequence sequence, long now) {
        sequence.lastUse = now;
        if (!sequence.waiting && sequence.failure == null && !sequence.awaited) {
            sequence.awaited = true;
            awaited++;
        }
    }

    private void notAwaited(Sequence sequence) {
        if (sequence.awaited) {
            sequence.awaited = false;
            awaited--;
        }
    }

    /** How many requests are not done. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the requests that are done or have failed out of the queue; says whether there were any. */
    private boolean removeDone() {
        boolean any = false;
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (!waiting.get(i).waiting) {
                waiting.remove(i);
                any = true;
            }
        }
        return any;
    }

    /** Says that a session will not go on at once: nobody need wait for it. */
    void rest(Sequence sequence) {
        lock.lock();
        try {
            sequence.generating = false;
            notAwaited(sequence);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what differs from {@code prompt}, but at least its last token; returns how many tokens are computed. */
    int keep(Sequence sequence, int[] prompt) {
        lock.lock();
        try {
            memory.keep(sequence, prompt, LEAST_SHARED);
            return sequence.position;
        } finally {
            lock.unlock();
        }
    }

    void rewind(Sequence sequence, int position) {
        lock.lock();
        try {
            sequence.rewind(position);
        } finally {
            lock.unlock();
        }
    }

    /** A sequence with the same tokens and pages, which nobody takes away; to be closed. */
    Sequence copy(Sequence sequence) {
        Sequence copy = open(sequence.cache.capacity(), sequence.rope);
        lock.lock();
        try {
            copy.pinned = true;
            memory.adopt(copy, sequence, sequence.ids, sequence.position);
            return copy;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes pages for the first {@code tokens} tokens of a sequence that computes nothing, which nobody takes away.
     *
     * @throws KvMemoryException if there is no room
     */
    KvCache reserve(Sequence sequence, int tokens) {
        lock.lock();
        try {
            memory.check(tokens);
            sequence.pinned = true;
            sequence.age = Long.MAX_VALUE;
            if (!memory.make(sequence, tokens, clock.nanos())) {
                throw memory.full(tokens);
            }
            return sequence.cache;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a sequence the pages of another one, of which {@code filled} positions are right, and these tokens. */
    void adopt(Sequence sequence, Sequence donor, int[] ids, int filled) {
        lock.lock();
        try {
            donor.filled = filled;
            memory.adopt(sequence, donor, ids, ids.length);
        } finally {
            lock.unlock();
        }
    }

    /** Memory that keys and values take. */
    long memoryUsed() {
        lock.lock();
        try {
            return memory.used();
        } finally {
            lock.unlock();
        }
    }

    /** Fails a request of the sequence that waits, and frees its memory. */
    void close(Sequence sequence) {
        lock.lock();
        try {
            sequence.markClosing();
            while (sequence.inBatch && computing) {
                computed.awaitUninterruptibly();
            }
            if (sequence.waiting) {
                sequence.fail(new IllegalStateException("the session is closed"));
                waiting.remove(sequence);
            }
            notAwaited(sequence);
            sequence.rewind(0);
            memory.close(sequence);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the batch that is being computed; fails all requests that wait, and those that come. */
    void close(String reason) {
        lock.lock();
        try {
            closed = reason;
            while (computing) {
                computed.awaitUninterruptibly();
            }
            for (Sequence sequence : List.copyOf(waiting)) {
                if (sequence.waiting) {
                    sequence.fail(new IllegalStateException(reason));
                }
            }
            waiting.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
