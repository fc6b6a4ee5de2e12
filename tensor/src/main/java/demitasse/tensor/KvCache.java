package demitasse.tensor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Keys and values of one session, in all layers. Memory is taken page by page ({@link KvShape#PAGE} positions), and
 * nothing is copied when it grows. Caches may share the pages of a common beginning; a shared page is copied before one
 * of its owners writes to it.
 *
 * <p>{@link #store} may be called by several threads for different positions; all else wants one thread at a time for
 * all caches that share pages.
 */
public final class KvCache {
    private final KvShape shape;
    private final int capacity;
    private KvPage[] pages = {};

    /** @param capacity the most positions that it may hold */
    public KvCache(KvShape shape, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        this.shape = shape;
        this.capacity = capacity;
    }

    public KvShape shape() {
        return shape;
    }

    public int capacity() {
        return capacity;
    }

    /** How many pages must be made before the positions {@code from} to {@code to - 1} can be written. */
    public int missingPages(int from, int to) {
        int missing = 0;
        for (int page = from / KvShape.PAGE; page < KvShape.pages(to); page++) {
            missing += isMissing(page) ? 1 : 0;
        }
        return missing;
    }

    private boolean isMissing(int page) {
        return page >= pages.length || pages[page] == null || pages[page].owners > 1;
    }

    /** Makes the first of the missing pages: a new one, or a copy of one that is shared. */
    public void makePage(int from, int to) {
        if (from < 0 || to > capacity) {
            throw new IndexOutOfBoundsException("positions " + from + " to " + to + " of " + capacity);
        }
        for (int page = from / KvShape.PAGE; page < KvShape.pages(to); page++) {
            if (isMissing(page)) {
                make(page);
                return;
            }
        }
    }

    private void make(int page) {
        KvPage made = KvPage.of(shape);
        if (page >= pages.length) {
            int most = KvShape.pages(capacity);
            pages = Arrays.copyOf(pages, Math.min(most, Math.max(page + 1, 2 * pages.length)));
        }
        KvPage shared = pages[page];
        if (shared != null) {
            made.copyFrom(shared);
            shared.owners--;
        }
        pages[page] = made;
    }

    /** Makes all pages that are missing. */
    public void reserve(int from, int to) {
        for (int missing = missingPages(from, to); missing > 0; missing--) {
            makePage(from, to);
        }
    }

    /** Lets go of the pages that lie wholly from {@code position} on; returns how many nobody else has. */
    public int release(int position) {
        int freed = 0;
        for (int page = KvShape.pages(position); page < pages.length; page++) {
            if (pages[page] != null) {
                freed += --pages[page].owners == 0 ? 1 : 0;
                pages[page] = null;
            }
        }
        return freed;
    }

    public boolean hasPages() {
        for (KvPage page : pages) {
            if (page != null) {
                return true;
            }
        }
        return false;
    }

    /** How many pages {@link #release} of everything would free. */
    int ownPages() {
        int own = 0;
        for (KvPage page : pages) {
            own += page != null && page.owners == 1 ? 1 : 0;
        }
        return own;
    }

    /**
     * Takes over the pages of the first {@code positions} positions of another cache of the same shape instead of its
     * own. Returns how many pages of its own that has freed.
     */
    public int share(KvCache donor, int positions) {
        if (!donor.shape.equals(shape) || positions > capacity) {
            throw new IllegalArgumentException(positions + " positions of " + donor.shape + " for " + shape);
        }
        int freed = release(0);
        int count = KvShape.pages(positions);
        pages = Arrays.copyOf(donor.pages, count);
        for (KvPage page : pages) {
            page.owners++;
        }
        return freed;
    }

    /**
     * Writes key and value of one position of one layer, [head][head size] each.
     *
     * @throws IndexOutOfBoundsException if the position has no page
     */
    public void store(int layer, int position, float[] k, int ko, float[] v, int vo) {
        if (position < 0 || position >= capacity) {
            throw new IndexOutOfBoundsException("position " + position + " of " + capacity);
        }
        page(position).store(layer, position % KvShape.PAGE, k, ko, v, vo);
    }

    KvPage page(int position) {
        KvPage page = position / KvShape.PAGE < pages.length ? pages[position / KvShape.PAGE] : null;
        if (page == null) {
            throw new IndexOutOfBoundsException("position " + position + " has no page");
        }
        return page;
    }

    /** Writes the pages of the first {@code positions} positions, little-endian, as this version lays them out. */
    public void write(WritableByteChannel out, int positions) throws IOException {
        ByteBuffer buffer = layerBuffer();
        for (int page = 0; page < KvShape.pages(positions); page++) {
            for (int layer = 0; layer < shape.layers(); layer++) {
                pages[page].put(layer, buffer.clear());
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
        }
    }

    /** Reads what {@link #write} wrote into pages that are there and not shared. */
    public void read(ReadableByteChannel in, int positions) throws IOException {
        ByteBuffer buffer = layerBuffer();
        for (int page = 0; page < KvShape.pages(positions); page++) {
            for (int layer = 0; layer < shape.layers(); layer++) {
                buffer.clear();
                while (buffer.hasRemaining()) {
                    if (in.read(buffer) < 0) {
                        throw new EOFException("keys and values end too early");
                    }
                }
                pages[page].get(layer, buffer.flip());
            }
        }
    }

    private ByteBuffer layerBuffer() {
        return ByteBuffer.allocate(shape.layerBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
