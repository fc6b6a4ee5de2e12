package demitasse.gguf;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A GGUF file, versions 2 and 3, mapped into memory as one segment. Tensors are slices of it, valid until
 * {@link #close}. Safe for use by several threads. Format: ggml's docs/gguf.md.
 *
 * <p>Where another process shortens the file meanwhile, the JVM throws an {@link InternalError} in the thread that
 * touches a missing page, at once or, in compiled code, somewhat later. Whoever uses tensors therefore calls {@link
 * #requireWhole} after a piece of work and turns the error into {@link #changed} around both.
 */
public final class GgufFile implements AutoCloseable {
    /** How the JVM's error for a page that is not there any more begins (JDK 21 and later). */
    private static final String PAGE_FAULT = "a fault occurred in an unsafe memory access";

    private final Path path;
    private final Arena arena;
    /** Tells the length of what is mapped, whatever stands at the path by now. Unlike a channel it minds no interrupt. */
    private final RandomAccessFile watch;

    private final MemorySegment mapped;
    private final long size;
    private final BasicFileAttributes opened;
    private final GgufHeader header;
    private final Map<String, GgufTensor> tensors;

    private GgufFile(Path path, Arena arena, RandomAccessFile watch, MemorySegment file, BasicFileAttributes opened)
            throws GgufFormatException {
        this.path = path;
        this.arena = arena;
        this.watch = watch;
        this.mapped = file;
        this.size = file.byteSize();
        this.opened = opened;
        this.header = new GgufReader(path, file).header();
        Map<String, GgufTensor> slices = new LinkedHashMap<>();
        for (GgufHeader.TensorInfo info : header.tensors()) {
            long offset = header.dataStart() + info.offset();
            MemorySegment data = file.asSlice(offset, info.bytes());
            slices.put(info.name(), new GgufTensor(info.name(), info.type(), info.shape(), offset, data));
        }
        this.tensors = Collections.unmodifiableMap(slices);
    }

    /**
     * Maps the file and reads its header.
     *
     * @throws GgufFormatException if it is not a whole GGUF file
     * @throws IOException if it cannot be opened
     */
    public static GgufFile open(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(path + ": is no regular file");
        }
        Arena arena = Arena.ofShared();
        RandomAccessFile watch = null;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            watch = new RandomAccessFile(path.toFile(), "r");
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, watch.length(), arena);
            return new GgufFile(path, arena, watch, file.asReadOnly(), attributes);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            if (watch != null) {
                watch.close();
            }
            if (e instanceof InternalError fault && isPageFault(fault)) {
                throw new ModelLoadException("the file", "no change while it is read", "a shorter file");
            }
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Takes the file's pages out of this process's resident memory: for callers who have made a copy of what they need.
     * Tensors stay valid; a page that is touched again comes back from the file.
     */
    public void letPagesGo() {
        mapped.unload();
    }

    /** 2 or 3. */
    public int version() {
        return header.version();
    }

    /** The file's {@code general.alignment}, in bytes. */
    public int alignment() {
        return header.alignment();
    }

    public Metadata metadata() {
        return header.metadata();
    }

    /** All tensors by name, in file order. */
    public Map<String, GgufTensor> tensors() {
        return tensors;
    }

    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    public GgufTensor requireTensor(String name) throws ModelLoadException {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelLoadException("tensor " + name, "a tensor of this name", "none");
        }
        return tensor;
    }

    /**
     * After loading: what was read is what stands in the file.
     *
     * @throws ModelLoadException if its size or time of modification is another than when it was opened; a new file
     *     that was put in its place does no harm
     */
    public void requireUnchanged() throws IOException {
        long now = watch.length();
        if (now != size) {
            throw new ModelLoadException("the file", size + " bytes, as when it was opened", now + " bytes");
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            boolean same = Objects.equals(attributes.fileKey(), opened.fileKey());
            if (same && !attributes.lastModifiedTime().equals(opened.lastModifiedTime())) {
                throw new ModelLoadException(
                        "the file", "no change while it is read", "one at " + attributes.lastModifiedTime());
            }
        } catch (NoSuchFileException e) {
            // Its name is gone, the pages stay.
        }
    }

    /**
     * After using pages of the file: none of them was missing. Takes about a microsecond, and lets a pending error of
     * this thread come out here.
     *
     * @throws ModelFileChangedException if the file is shorter than when it was opened
     */
    public void requireWhole() {
        try {
            long now = watch.length();
            if (now < size) {
                throw new ModelFileChangedException(path, "it had " + size + " bytes, now it has " + now, null);
            }
        } catch (IOException e) {
            throw new ModelFileChangedException(path, "its size cannot be asked: " + e.getMessage(), e);
        }
    }

    /**
     * What to throw for an error that came up while pages of the file were used.
     *
     * @throws InternalError the error itself, if it is another one
     */
    public ModelFileChangedException changed(InternalError error) {
        if (!isPageFault(error)) {
            throw error;
        }
        return new ModelFileChangedException(path, "a part of it cannot be read any more", error);
    }

    /** Whether a page of a mapped file was not there: the file was shortened, or its disk failed. */
    public static boolean isPageFault(InternalError error) {
        return error.getMessage() != null && error.getMessage().startsWith(PAGE_FAULT);
    }

    /** Unmaps the file: slices of it must not be used any more. */
    @Override
    public void close() {
        arena.close();
        try {
            watch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
