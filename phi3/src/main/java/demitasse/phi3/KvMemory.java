package demitasse.phi3;

import demitasse.tensor.KvShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory for keys and values of a model's sessions. Where it is used up, sessions lose theirs, to compute it again
 * when they go on: first those that rest, the one used longest ago before the others; then younger ones that generate,
 * so that the oldest always gets on. Guarded by the lock of the {@link BatchQueue}.
 */
final class KvMemory {
    /** Who is between two tokens for longer than this does not generate any more. */
    static final long RESTING_NANOS = 2_000_000_000;

    private final KvShape shape;
    private final long limit;
    private final List<Sequence> sequences = new ArrayList<>();
    private long used;

    KvMemory(KvShape shape, long limit) {
        this.shape = shape;
        this.limit = limit;
    }

    KvShape shape() {
        return shape;
    }

    long used() {
        return used;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    void open(Sequence sequence) {
        sequences.add(sequence);
    }

    void close(Sequence sequence) {
        evict(sequence);
        sequences.remove(sequence);
    }

    /** @throws KvMemoryException if so many tokens have no room even alone */
    void check(int tokens) {
        if (bytes(tokens) > limit) {
            throw new KvMemoryException(tokens, bytes(tokens), limit);
        }
    }

    /** Says that there is no room at the moment. */
    KvMemoryException full(int tokens) {
        return new KvMemoryException(tokens, bytes(tokens), Math.max(0, limit - used));
    }

    private long bytes(int tokens) {
        return KvShape.pages(tokens) * shape.pageBytes();
    }

    /**
     * Makes the pages for the positions up to {@code to}.
     *
     * @return false if older sessions have what is missing
     * @throws KvMemoryException if the heap is full and nothing can be given up
     */
    boolean make(Sequence sequence, int to, long now) {
        while (sequence.cache.missingPages(sequence.filled, to) > 0) {
            if (used + shape.pageBytes() > limit) {
                if (!evictFor(sequence, now)) {
                    return false;
                }
                continue;
            }
            try {
                sequence.cache.makePage(sequence.filled, to);
                used += shape.pageBytes();
            } catch (OutOfMemoryError e) {
                if (!evictFor(sequence, now)) {
                    long held = used; // what the heap turned out to hold
                    evict(sequence); // else not even an exception has room
                    throw new KvMemoryException(to, bytes(to), held);
                }
            }
        }
        return true;
    }

    private boolean evictFor(Sequence sequence, long now) {
        Sequence victim = null;
        for (int i = 0; i < sequences.size(); i++) { // an iterator may have no room in the heap
            Sequence s = sequences.get(i);
            if (s == sequence || s.inBatch || s.pinned || !s.cache.hasPages()) {
                continue;
            }
            boolean rests = rests(s, now);
            if (!rests && s.age < sequence.age) {
                continue;
            }
            if (victim == null || before(s, rests, victim, rests(victim, now))) {
                victim = s;
            }
        }
        if (victim == null) {
            return false;
        }
        evict(victim);
        return true;
    }

    private static boolean before(Sequence a, boolean aRests, Sequence b, boolean bRests) {
        if (aRests != bRests) {
            return aRests;
        }
        return aRests ? a.lastUse < b.lastUse : a.age > b.age;
    }

    static boolean rests(Sequence sequence, long now) {
        return !sequence.waiting && !(sequence.generating && now - sequence.lastUse < RESTING_NANOS);
    }

    private void evict(Sequence sequence) {
        used -= sequence.cache.release(0) * shape.pageBytes();
        sequence.filled = 0;
    }

    /**
     * Keeps of a sequence what it has in common with a prompt. Where another sequence has clearly more of it, that one's
     * pages are shared.
     *
     * @param least tokens that are worth it
     */
    void keep(Sequence sequence, int[] prompt, int least) {
        int limitTokens = Math.min(prompt.length - 1, sequence.cache.capacity());
        int own = sequence.common(prompt, limitTokens);
        int most = own;
        Sequence donor = null;
        for (Sequence s : sequences) {
            int common = s == sequence || s.rope != sequence.rope ? 0 : s.common(prompt, limitTokens);
            if (common >= most + least) {
                donor = s;
                most = common;
            }
        }
        if (donor != null) {
            share(sequence, donor, most, prompt, most);
        } else {
            sequence.rewind(own);
        }
    }

    /** Gives a sequence all that another one has in its cache, and these tokens. */
    void adopt(Sequence sequence, Sequence donor, int[] ids, int tokens) {
        share(sequence, donor, donor.filled, ids, tokens);
    }

    private void share(Sequence sequence, Sequence donor, int positions, int[] ids, int tokens) {
        used -= sequence.cache.share(donor.cache, positions) * shape.pageBytes();
        sequence.adopt(ids, tokens, positions);
    }
}
