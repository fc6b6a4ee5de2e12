package demitasse.convert;

import demitasse.gguf.FileFormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A safetensors file, mapped into memory. Tensors are slices of it, valid until {@link #close}. */
final class SafetensorsFile implements AutoCloseable {
    private final Arena arena;
    private final List<HfTensor> tensors;

    private SafetensorsFile(Arena arena, List<HfTensor> tensors) {
        this.arena = arena;
        this.tensors = tensors;
    }

    /**
     * Maps the file and checks its header.
     *
     * @throws FileFormatException if it is not a whole safetensors file
     */
    static SafetensorsFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            SafetensorsHeader header = SafetensorsHeader.read(path, file);
            List<HfTensor> tensors = new ArrayList<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                long offset = header.dataStart() + entry.begin();
                MemorySegment data = file.asSlice(offset, entry.end() - entry.begin());
                tensors.add(new HfTensor(path, entry.name(), entry.dtype(), entry.shape(), offset, data));
            }
            tensors.sort(Comparator.comparing(HfTensor::name));
            return new SafetensorsFile(arena, List.copyOf(tensors));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** All tensors, by name. */
    List<HfTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        arena.close();
    }
}
