package demitasse.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed pool that runs one job at a time, cut into pieces that are taken from a counter; the caller works too. Made
 * once per model.
 *
 * <p>A token of a large model passes about 130 jobs, so handing one over must cost well under a microsecond: workers
 * spin for a while between jobs and only then park, and nothing is allocated. Callers that come while a job runs wait
 * their turn. A piece of a job must not start another job, but on a pool of one thread, which is no more than a loop.
 */
public final class Threads implements AutoCloseable {
    /** One piece of a job. */
    @FunctionalInterface
    public interface Piece {
        void run(int index);
    }

    /** One piece of a job that wants to know which thread runs it, for scratch memory of that thread's own. */
    @FunctionalInterface
    public interface WorkerPiece {
        /** @param worker 0 .. {@link Threads#count}-1; no two pieces run at once with the same number */
        void run(int index, int worker);
    }

    /** How long a worker stays awake after a job: longer than the serial stretches inside a token. */
    private static final long SPIN_NANOS = 200_000;

    /** How long a caller spins for the last pieces before it parks: a worker may have lost its processor. */
    private static final long WAIT_SPIN_NANOS = 50_000;

    private static final int SPINS_PER_CLOCK_READING = 32;

    // A ticket is one long: epoch (22 bits), pieces (20), next piece (22). Whoever takes a ticket learns all three at
    // once, so a worker that comes late can neither run a piece of a finished job nor miss which job it serves.
    private static final int NEXT_BITS = 22;
    private static final int PIECE_BITS = 20;
    private static final long NEXT_MASK = (1L << NEXT_BITS) - 1;
    private static final long PIECE_MASK = (1L << PIECE_BITS) - 1;
    private static final int EPOCH_SHIFT = NEXT_BITS + PIECE_BITS;
    private static final int MAX_PIECES = (int) PIECE_MASK;

    private static final VarHandle TICKETS;
    private static final VarHandle DONE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TICKETS = lookup.findVarHandle(Shared.class, "tickets", long.class);
            DONE = lookup.findVarHandle(Shared.class, "done", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The two contended words, kept a cache line away from each other and from everything else. */
    @SuppressWarnings("unused")
    private static final class Shared {
        long p0, p1, p2, p3, p4, p5, p6, p7;
        volatile long tickets;
        long q0, q1, q2, q3, q4, q5, q6, q7;
        volatile int done;
        long r0, r1, r2, r3, r4, r5, r6, r7;
    }

    private final int count;
    private final Shared shared = new Shared();
    private final Worker[] workers;
    private final PanelScratch[] scratch;
    private final ReentrantLock oneJob = new ReentrantLock();

    // Written by the caller before the epoch changes, read by whoever holds a ticket of that epoch.
    private Piece piece;
    private WorkerPiece workerPiece;
    private volatile Throwable failure;
    private volatile Thread waiting;
    private volatile boolean closed;
    private long epoch;

    /** @param count threads that work at once, the caller included; at least 1 */
    public Threads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: at least 1, not " + count);
        }
        this.count = count;
        this.scratch = new PanelScratch[count];
        this.workers = new Worker[count - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
        }
        for (Worker worker : workers) {
            worker.start();
        }
    }

    public int count() {
        return count;
    }

    /** Runs {@code piece} for 0 .. pieces-1 and returns when all are done; rethrows the first failure. */
    public void run(int pieces, Piece piece) {
        begin(pieces);
        try {
            for (int i = 0; i < pieces && workers.length == 0; i++) {
                piece.run(i);
            }
            if (workers.length > 0) {
                this.piece = piece;
                this.workerPiece = null;
                job(pieces);
            }
        } finally {
            end();
        }
    }

    /** As {@link #run(int, Piece)}, telling each piece which of the {@link #count} threads it is on. */
    public void run(int pieces, WorkerPiece piece) {
        begin(pieces);
        try {
            for (int i = 0; i < pieces && workers.length == 0; i++) {
                piece.run(i, 0);
            }
            if (workers.length > 0) {
                this.piece = null;
                this.workerPiece = piece;
                job(pieces);
            }
        } finally {
            end();
        }
    }

    /**
     * How many pieces to run where {@link #apart} tells what each is.
     *
     * @param pieces that there are
     */
    public int apart(int pieces) {
        return Math.ceilDiv(pieces, count) * count;
    }

    /**
     * An order of pieces for results that stand side by side: threads that work at the same time are not at neighbouring
     * pieces, whose ends are in one cache line, but each goes through a stretch of its own.
     *
     * @param index 0 .. {@link #apart(int)}-1
     * @return a piece, each once; {@code pieces} or more: none
     */
    public int apart(int index, int pieces) {
        return index % count * Math.ceilDiv(pieces, count) + index / count;
    }

    /** The kernels' scratch memory of one thread; only for pieces that run on that thread. */
    PanelScratch scratch(int worker) {
        PanelScratch s = scratch[worker];
        if (s == null) {
            s = new PanelScratch();
            scratch[worker] = s;
        }
        return s;
    }

    /** Ends the workers. A job that runs is finished first; later ones are refused. */
    @Override
    public void close() {
        oneJob.lock();
        try {
            closed = true;
        } finally {
            oneJob.unlock();
        }
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    private void begin(int pieces) {
        if (pieces < 0 || pieces > MAX_PIECES) {
            throw new IllegalArgumentException("pieces: 0 to " + MAX_PIECES + ", not " + pieces);
        }
        boolean onWorker = workers.length > 0 && Thread.currentThread() instanceof Worker;
        if (oneJob.isHeldByCurrentThread() || onWorker) {
            throw new IllegalStateException("a piece of a job may not start another job");
        }
        oneJob.lock();
        if (closed) {
            oneJob.unlock();
            throw new IllegalStateException("the pool is closed");
        }
    }

    private void end() {
        piece = null;
        workerPiece = null;
        oneJob.unlock();
    }

    private void job(int pieces) {
        if (pieces == 0) {
            return;
        }
        failure = null;
        shared.done = 0;
        epoch++;
        shared.tickets = epoch << EPOCH_SHIFT | (long) pieces << NEXT_BITS;
        if (pieces > 1) {
            wake(Math.min(workers.length, pieces - 1));
        }
        takePieces(0);
        await(pieces);
        Throwable t = failure;
        if (t != null) {
            failure = null;
            throw Threads.<RuntimeException>unchecked(t);
        }
    }

    private void wake(int wanted) {
        for (int i = 0; i < wanted; i++) {
            if (workers[i].parked) {
                LockSupport.unpark(workers[i]);
            }
        }
    }

    /**
     * Nothing that a piece throws may get lost, end a thread or spoil the count of pieces. The error for a missing page
     * of a mapped file may come after its piece, wherever the JVM next looks for such errors (in compiled code, where a
     * loop goes back). So all loops are guarded, a piece is counted before it runs, and before the count is reported
     * the JVM is made to look. It holds back one error a thread at most.
     */
    private void takePieces(int worker) {
        int taken = 0;
        boolean more = true;
        boolean pending = true;
        while (pending) {
            try {
                while (more) {
                    long ticket = (long) TICKETS.getAndAdd(shared, 1L);
                    int index = (int) (ticket & NEXT_MASK);
                    int pieces = (int) (ticket >>> NEXT_BITS & PIECE_MASK);
                    // Reported at once for the last one, so that the caller need not wait for another round here.
                    more = index < pieces - 1;
                    if (index < pieces) {
                        taken++;
                        runOne(index, worker);
                    }
                }
                if (taken > 0) {
                    // Any native method: the JVM looks on the way back. This is among the cheapest, some 20 ns.
                    Runtime.getRuntime().totalMemory();
                }
                pending = false;
            } catch (Throwable t) {
                fail(t);
            }
        }
        if (taken > 0) {
            report(taken);
        }
    }

    private void runOne(int index, int worker) {
        if (failure != null) {
            return;
        }
        if (piece != null) {
            piece.run(index);
        } else {
            workerPiece.run(index, worker);
        }
    }

    /** Keeps the first failure of a job. */
    private void fail(Throwable t) {
        synchronized (shared) {
            if (failure == null) {
                failure = t;
            }
        }
    }

    private void report(int taken) {
        DONE.getAndAdd(shared, taken);
        Thread caller = waiting;
        if (caller != null) {
            LockSupport.unpark(caller);
        }
    }

    private void await(int pieces) {
        if (shared.done == pieces) {
            return;
        }
        long end = System.nanoTime() + WAIT_SPIN_NANOS;
        do {
            for (int i = 0; i < SPINS_PER_CLOCK_READING; i++) {
                if (shared.done == pieces) {
                    return;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() < end);
        waiting = Thread.currentThread();
        while (shared.done != pieces) {
            // With the interrupt flag set park returns at once; the loop then spins, which is right if not cheap.
            LockSupport.park(this);
        }
        waiting = null;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable t) throws T {
        throw (T) t;
    }

    private final class Worker extends Thread {
        private final int number;
        private volatile boolean parked;

        Worker(int number) {
            super("demitasse-" + number);
            this.number = number;
            setDaemon(true);
        }

        @Override
        public void run() {
            long seen = 0;
            while (!closed) {
                long now = shared.tickets >>> EPOCH_SHIFT;
                if (now != seen) {
                    seen = now;
                    takePieces(number);
                } else {
                    awaitEpoch(seen);
                }
            }
        }

        private void awaitEpoch(long seen) {
            long end = System.nanoTime() + SPIN_NANOS;
            do {
                for (int i = 0; i < SPINS_PER_CLOCK_READING; i++) {
                    if (shared.tickets >>> EPOCH_SHIFT != seen) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() < end);
            parked = true;
            while (shared.tickets >>> EPOCH_SHIFT == seen && !closed) {
                LockSupport.park(Threads.this);
            }
            parked = false;
        }
    }
}
