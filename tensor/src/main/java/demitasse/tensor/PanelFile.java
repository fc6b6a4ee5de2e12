package demitasse.tensor;

import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.gguf.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/**
 * Packed weights of one model in a file, made when the model is first loaded and mapped by later starts, which then need
 * neither pack nor find memory for them. Numbers are little-endian:
 *
 * <pre>
 * "DEMIPK01", i32 {@link #LAYOUT}, i32 bytes of the head, 32 bytes that say which model it is of, i64 bytes of the file,
 * i32 matrices; for each: i64 offset, i64 bytes, i32 CRC-32C of its samples
 * padding; i32 CRC-32C of the head before it, in its last four bytes
 * for each matrix, at a multiple of 4096: its factors (f32 a panel), at the next multiple of 64 its panels
 * </pre>
 *
 * A file that is not exactly what is expected is made anew. Samples are the first and last 4096 bytes of a matrix and 14
 * between: enough to see a file that was cut, or whose disk was full, without reading all of it. It stands in the user's
 * own folder; somebody who can write there can also change the model.
 */
public final class PanelFile implements AutoCloseable {
    /** To be raised when the layout of panels, or of this file, changes. */
    private static final int LAYOUT = 2;

    private static final long MAGIC = ByteBuffer.wrap("DEMIPK01".getBytes(StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();

    private static final int KEY_BYTES = 32;
    private static final int FIXED_BYTES = 2 * Long.BYTES + 3 * Integer.BYTES + KEY_BYTES;
    private static final int ENTRY_BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final int PAGE = 4096;
    private static final int SAMPLES = 16;

    /** What one write takes, about. */
    private static final int CHUNK = 1 << 20;

    /** Panels take up to 5.5 % more than blocks; a file that would take much more is of a model that no one has. */
    private static final double MOST_GROWTH = 1.25;

    /** Room on the disk that is left to others. */
    private static final long SPARE_BYTES = 1L << 30;

    /** Of the heap, for all else. */
    private static final long SPARE_HEAP = 512L << 20;

    /** Where a matrix's factors begin, and how many bytes they and its panels take. */
    private record Place(GgufTensor tensor, PanelFormat format, long offset, long bytes) {
        int panels() {
            return Math.toIntExact(Math.ceilDiv(tensor.rows(), PanelFormat.ROWS));
        }

        long panelsAt() {
            return offset + aligned((long) panels() * Float.BYTES, PanelFormat.LINE);
        }
    }

    private final Arena arena;
    private final MemorySegment mapped;
    private final Map<String, Place> places;
    private final Thread publisher;
    private final List<PanelMatrix> matrices = new ArrayList<>();
    private final Thread settler =
            Thread.ofPlatform().daemon().name("demitasse-settle").unstarted(this::settleAll);
    private final AtomicBoolean settling = new AtomicBoolean();
    private volatile boolean closing;

    private PanelFile(Arena arena, MemorySegment mapped, List<Place> places, Thread publisher) {
        this.arena = arena;
        this.mapped = mapped;
        this.places = new HashMap<>();
        places.forEach(place -> this.places.put(place.tensor().name(), place));
        this.publisher = publisher;
    }

    /**
     * The panels of those {@code tensors} that become panels: mapped from {@code file} or, where that is not what it should
     * be, packed and written there first.
     *
     * @param key 32 bytes that are others for another model
     * @return null where there is nothing to pack, or no room for the file
     * @throws ModelLoadException if a tensor cannot be packed
     * @throws IOException if the file cannot be written
     */
    public static PanelFile open(Path file, byte[] key, List<GgufTensor> tensors, Threads threads) throws IOException {
        List<Place> places = places(tensors);
        if (places.isEmpty() || key.length != KEY_BYTES) {
            return null;
        }
        PanelFile there = Files.isRegularFile(file) ? map(file, key, places, null) : null;
        return there != null ? there : make(file, key, places, threads);
    }

    private static List<Place> places(List<GgufTensor> tensors) throws ModelLoadException {
        List<GgufTensor> packed = new ArrayList<>();
        for (GgufTensor tensor : tensors) {
            if (Matrices.becomesPanels(tensor)) {
                PanelMatrix.check(tensor, PanelFormat.of(tensor.type()));
                packed.add(tensor);
            }
        }
        List<Place> places = new ArrayList<>();
        long at = aligned(FIXED_BYTES + (long) packed.size() * ENTRY_BYTES + Integer.BYTES, PAGE);
        for (GgufTensor tensor : packed) {
            PanelFormat format = PanelFormat.of(tensor.type());
            long panels = Math.ceilDiv(tensor.rows(), PanelFormat.ROWS);
            long bytes = aligned(panels * Float.BYTES, PanelFormat.LINE)
                    + panels * format.panelBytes((int) tensor.columns())
                    // Vectors of 128 bits read up to a line more than they use.
                    + PanelFormat.LINE;
            places.add(new Place(tensor, format, at, bytes));
            at = aligned(at + bytes, PAGE);
        }
        return places;
    }

    private static long aligned(long n, int step) {
        return Math.ceilDiv(n, (long) step) * step;
    }

    private static long size(List<Place> places) {
        Place last = places.getLast();
        return aligned(last.offset() + last.bytes(), PAGE);
    }

    /** Maps the file if it is as it should be; else null. */
    private static PanelFile map(Path file, byte[] key, List<Place> places, Thread publisher) throws IOException {
        Arena arena = Arena.ofShared();
        boolean good = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = size(places);
            if (channel.size() == size) {
                MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena)
                        .asReadOnly();
                byte[] head = new byte[(int) places.getFirst().offset()];
                MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, 0, head, 0, head.length);
                good = Arrays.equals(head, head(mapped, key, places));
                if (good) {
                    return new PanelFile(arena, mapped, places, publisher);
                }
            }
            return null;
        } finally {
            if (!good) {
                arena.close();
            }
        }
    }

    /** The head that a file with these contents has. */
    private static byte[] head(MemorySegment mapped, byte[] key, List<Place> places) {
        int length = (int) places.getFirst().offset();
        ByteBuffer head = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC).putInt(LAYOUT).putInt(length).put(key).putLong(size(places));
        head.putInt(places.size());
        for (Place place : places) {
            head.putLong(place.offset()).putLong(place.bytes()).putInt(samples(mapped, place));
        }
        CRC32C sum = new CRC32C();
        sum.update(head.array(), 0, length - Integer.BYTES);
        head.putInt(length - Integer.BYTES, (int) sum.getValue());
        return head.array();
    }

    private static int samples(MemorySegment mapped, Place place) {
        CRC32C sum = new CRC32C();
        byte[] page = new byte[PAGE];
        long last = Math.max(0, place.bytes() - PAGE);
        int n = (int) Math.min(PAGE, place.bytes());
        for (int i = 0; i < SAMPLES; i++) {
            long at = place.offset() + last * i / (SAMPLES - 1);
            MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, at, page, 0, n);
            sum.update(page, 0, n);
        }
        return (int) sum.getValue();
    }

    private static PanelFile make(Path file, byte[] key, List<Place> places, Threads threads) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        WholeFile.removeAbandoned(folder, "");
        long size = size(places);
        long blocks = places.stream().mapToLong(place -> place.tensor().bytes()).sum();
        long old = Files.isRegularFile(file) ? Files.size(file) : 0;
        if (size > blocks * MOST_GROWTH + PAGE * (1L + places.size())
                || Files.getFileStore(folder).getUsableSpace() + old < size + SPARE_BYTES) {
            return null;
        }
        Files.deleteIfExists(file);
        Path part = WholeFile.ownersPart(file);
        PanelFile made = null;
        try {
            write(part, key, places, threads);
            made = map(part, key, places, publisher(part, file));
        } finally {
            if (made == null) {
                Files.deleteIfExists(part);
            }
        }
        if (made != null) {
            made.publisher.start();
        }
        return made;
    }

    /** Gives the file its name once the disk has all of it; the model runs meanwhile. */
    private static Thread publisher(Path part, Path file) {
        return Thread.ofPlatform().daemon().name("demitasse-panels").unstarted(() -> {
            try {
                WholeFile.publish(part, file);
            } catch (IOException e) {
                System.getLogger("demitasse")
                        .log(System.Logger.Level.WARNING, "packed weights are not kept: {0}", e.getMessage());
                part.toFile().delete();
            }
        });
    }

    private static void write(Path part, byte[] key, List<Place> places, Threads threads) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (Place place : places) {
                write(channel, place, threads);
            }
            put(channel, ByteBuffer.wrap(new byte[] {0}), size(places) - 1);
            try (Arena arena = Arena.ofShared()) {
                MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size(places), arena);
                put(channel, ByteBuffer.wrap(head(mapped, key, places)), 0);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(FileChannel channel, Place place, Threads threads) throws IOException {
        int panelBytes = (int) place.format().panelBytes((int) place.tensor().columns());
        int perChunk = Math.max(1, CHUNK / panelBytes);
        int panels = place.panels();
        ByteBuffer factors =
                ByteBuffer.allocate((int) (place.panelsAt() - place.offset())).order(ByteOrder.LITTLE_ENDIAN);
        AtomicReference<ModelLoadException> broken = new AtomicReference<>();
        threads.run(Math.ceilDiv(panels, perChunk), chunk -> {
            PanelPacker packer = new PanelPacker(place.format(), place.tensor());
            int from = chunk * perChunk;
            int to = Math.min(panels, from + perChunk);
            byte[] out = new byte[(to - from) * panelBytes];
            for (int panel = from; panel < to; panel++) {
                int raise = packer.pack(panel, out, (panel - from) * panelBytes);
                factors.putFloat(panel * Float.BYTES, PanelFormat.up(raise));
                if (raise < 0) {
                    broken.set(PanelMatrix.broken(place.tensor(), panel));
                }
            }
            try {
                put(channel, ByteBuffer.wrap(out), place.panelsAt() + (long) from * panelBytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        if (broken.get() != null) {
            throw broken.get();
        }
        put(channel, factors, place.offset());
    }

    private static void put(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        int start = bytes.position();
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position() - start);
        }
    }

    /** The tensor's matrix, valid until {@link #close}; null where it is not in this file. */
    public Matrix matrix(GgufTensor tensor) {
        Place place = places.get(tensor.name());
        if (place == null) {
            return null;
        }
        float[] factors = new float[place.panels()];
        MemorySegment.copy(
                mapped,
                ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                place.offset(),
                factors,
                0,
                factors.length);
        long bytes = place.offset() + place.bytes() - place.panelsAt();
        PanelMatrix matrix =
                new PanelMatrix(tensor, mapped.asSlice(place.panelsAt(), bytes), factors, PanelKernels.BEST);
        matrices.add(matrix);
        return matrix;
    }

    /**
     * To be called when the first token is there, and as often as one likes: takes the panels to the heap in the
     * background, if it has room, since a start should not wait for that and generation is a third faster with it.
     */
    public void settle() {
        if (!settling.get() && settling.compareAndSet(false, true) && hasRoom()) {
            settler.start();
        }
    }

    private boolean hasRoom() {
        Runtime machine = Runtime.getRuntime();
        long free = machine.maxMemory() - machine.totalMemory() + machine.freeMemory();
        return free > mapped.byteSize() + SPARE_HEAP;
    }

    private void settleAll() {
        try {
            for (PanelMatrix matrix : matrices) {
                if (closing) {
                    return;
                }
                matrix.settle();
            }
        } catch (OutOfMemoryError e) {
            // Others were faster. What has not moved is read where it is.
            System.getLogger("demitasse").log(System.Logger.Level.DEBUG, "packed weights stay mapped");
        }
    }

    /** Waits until a new file is whole on the disk, then unmaps it. */
    @Override
    public void close() {
        closing = true;
        settling.set(true);
        await(settler);
        if (publisher != null) {
            await(publisher);
        }
        arena.close();
    }

    private static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
