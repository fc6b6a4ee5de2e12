package demitasse.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file, versions 2 and 3, mapped into memory as one segment. Tensors are slices of it, valid until
 * {@link #close}. Safe for use by several threads. Format: ggml's docs/gguf.md.
 */
public final class GgufFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final GgufHeader header;
    private final Map<String, GgufTensor> tensors;

    private GgufFile(Path path, Arena arena, GgufHeader header, Map<String, GgufTensor> tensors) {
        this.path = path;
        this.arena = arena;
        this.header = header;
        this.tensors = tensors;
    }

    /**
     * Maps the file and reads its header.
     *
     * @throws GgufFormatException if it is not a whole GGUF file
     * @throws IOException if it cannot be opened
     */
    public static GgufFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            GgufHeader header = new GgufReader(path, file).header();
            Map<String, GgufTensor> tensors = new LinkedHashMap<>();
            for (GgufHeader.TensorInfo info : header.tensors()) {
                long offset = header.dataStart() + info.offset();
                tensors.put(
                        info.name(),
                        new GgufTensor(
                                info.name(),
                                info.type(),
                                info.shape(),
                                offset,
                                file.asSlice(offset, info.bytes()).asReadOnly()));
            }
            return new GgufFile(path, arena, header, Collections.unmodifiableMap(tensors));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public Path path() {
        return path;
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

    /** Unmaps the file: slices of it must not be used any more. */
    @Override
    public void close() {
        arena.close();
    }
}
