package demitasse.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The contexts of a model. A conversation comes back to the context that has read most of it already. Safe for several
 * threads, of which as many may have a context as there are.
 */
final class SessionPool<S extends AutoCloseable> {
    /** One context and the prompt that it read last. */
    static final class Slot<S> {
        private final S session;
        private int[] prompt = {};
        private int generated;
        private int known;
        private long lastUse;
        private long lastNanos;
        private boolean busy;
        /** Whose conversation it holds. */
        private String owner;

        private boolean unwanted;

        private Slot(S session) {
            this.session = session;
        }

        S session() {
            return session;
        }

        /** The most tokens of the prompt that the context can have read already, in its last prompt and answer. */
        int known() {
            return known;
        }

        /** Notes how many tokens the context has after the prompt. */
        void extend(int tokens) {
            generated = tokens;
        }
    }

    private final Supplier<S> factory;
    private final LongSupplier nanoTime;
    private final int limit;
    private final List<Slot<S>> slots = new ArrayList<>();
    private long clock;

    SessionPool(int limit, Supplier<S> factory) {
        this(limit, factory, System::nanoTime);
    }

    SessionPool(int limit, Supplier<S> factory, LongSupplier nanoTime) {
        this.limit = limit;
        this.factory = factory;
        this.nanoTime = nanoTime;
    }

    /**
     * A context for this prompt, until it is given back: the one whose last prompt it goes on from; else a new one; else the one that has been
     * idle longest. A shared system prompt alone does not make a continuation, or every new conversation would take the
     * place of the previous one.
     *
     * @param owner whose prompt it is
     * @throws IllegalStateException if all are taken
     */
    synchronized Slot<S> take(int[] prompt, String owner) {
        Slot<S> slot = continuation(prompt);
        if (slot == null) {
            slot = slots.size() < limit ? add() : oldest();
        }
        int common = commonPrefix(slot.prompt, prompt);
        slot.known = common < slot.prompt.length ? common : common + slot.generated;
        slot.prompt = prompt.clone(); // before it is busy: memory may run out here
        slot.busy = true;
        slot.generated = 0;
        slot.lastUse = ++clock;
        slot.owner = owner;
        return slot;
    }

    private Slot<S> continuation(int[] prompt) {
        Slot<S> best = null;
        int most = 0;
        for (Slot<S> slot : slots) {
            int common = slot.busy ? 0 : commonPrefix(slot.prompt, prompt);
            if (common > most && 2 * common > slot.prompt.length) {
                best = slot;
                most = common;
            }
        }
        return best;
    }

    private static int commonPrefix(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }

    private Slot<S> add() {
        Slot<S> slot = new Slot<>(factory.get());
        slots.add(slot);
        return slot;
    }

    private Slot<S> oldest() {
        Slot<S> oldest = null;
        for (Slot<S> slot : slots) {
            if (!slot.busy && (oldest == null || slot.lastUse < oldest.lastUse)) {
                oldest = slot;
            }
        }
        if (oldest == null) {
            throw new IllegalStateException("all " + limit + " contexts are taken");
        }
        return oldest;
    }

    synchronized void giveBack(Slot<S> slot) {
        slot.busy = false;
        slot.lastNanos = nanoTime.getAsLong();
        if (slot.unwanted) {
            discard(slot);
        }
    }

    /** Drops what an owner's prompts have left behind; what is in use goes as soon as it is given back. */
    synchronized void forget(String owner) {
        drop(slot -> owner.equals(slot.owner));
    }

    /** Drops what was not used for so long. */
    synchronized void forgetUnused(Duration age) {
        long now = nanoTime.getAsLong();
        drop(slot -> !slot.busy && now - slot.lastNanos >= age.toNanos());
    }

    private void drop(Predicate<Slot<S>> which) {
        for (Slot<S> slot : slots.stream().filter(which).toList()) {
            slot.unwanted = true;
            if (!slot.busy) {
                discard(slot);
            }
        }
    }

    /** Drops a context whose state is not known after a failure. */
    synchronized void discard(Slot<S> slot) {
        slots.remove(slot);
        closeQuietly(slot.session);
    }

    synchronized int size() {
        return slots.size();
    }

    synchronized void close() {
        slots.forEach(slot -> closeQuietly(slot.session));
        slots.clear();
    }

    private static void closeQuietly(AutoCloseable session) {
        try {
            session.close();
        } catch (Exception e) {
            System.getLogger(SessionPool.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "closing a context: " + e.getClass().getName());
        }
    }
}
