package demitasse.phi3;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.BlockQuantizer;
import demitasse.tensor.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Quantises a model file, decoder or encoder, to the bytes that llama-quantize of October 2026 writes without an
 * importance matrix: the types by {@link TensorMix}, tensors sorted by layer and name, the two keys about the
 * quantisation at the end of the keys.
 */
public final class ModelQuantizer {
    private static final String VERSION_KEY = "general.quantization_version";
    private static final String TYPE_KEY = "general.file_type";
    private static final String SPLIT_COUNT_KEY = "split.count";

    /** Keys that are not copied: set anew, or about a file in several parts, which the result is not. */
    private static final Set<String> LEFT_OUT =
            Set.of(VERSION_KEY, TYPE_KEY, "split.no", SPLIT_COUNT_KEY, "split.tensors.count");

    /** Source: ggml.h, GGML_QNT_VERSION. */
    private static final int VERSION = 2;

    /** Types that lose nothing that matters when they are quantised again. */
    private static final Set<GgmlType> UNQUANTIZED = EnumSet.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16);

    private final GgufFile source;
    private final FileType type;
    private final Map<String, GgmlType> types;

    /** Told how many bytes of tensors of all are written. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long total);
    }

    /**
     * Decides what becomes of each tensor; reads no weights yet.
     *
     * @param source stays the caller's, open until {@link #write} has returned
     * @param requantize whether tensors that are quantised already may be quantised again, which costs quality
     * @throws ModelLoadException naming the key or tensor for which that cannot be done
     */
    public ModelQuantizer(GgufFile source, FileType type, boolean requantize) throws ModelLoadException {
        this.source = source;
        this.type = type;
        Metadata keys = source.metadata();
        int parts = keys.integer(SPLIT_COUNT_KEY, 1);
        if (parts > 1) {
            throw new ModelLoadException("key " + SPLIT_COUNT_KEY, "a model in one file", parts + " files");
        }
        this.types = TensorTypes.of(type, keys, source.tensors().values());
        for (GgufTensor tensor : source.tensors().values()) {
            check(tensor, requantize);
        }
    }

    private void check(GgufTensor tensor, boolean requantize) throws ModelLoadException {
        GgmlType from = tensor.type();
        if (from == types.get(tensor.name())) {
            return;
        }
        String subject = "tensor " + tensor.name();
        if (!BlockQuantizer.supports(from)) {
            throw new ModelLoadException(subject, "a type that can be read", from.name());
        }
        if (!requantize && !UNQUANTIZED.contains(from)) {
            throw new ModelLoadException(subject, "F32, F16 or BF16, to be quantised only once", from.name());
        }
    }

    /** The type that each tensor gets, in the order of the new file. */
    public Map<String, GgmlType> types() {
        return Collections.unmodifiableMap(types);
    }

    /** Bytes of the new file's tensors. */
    public long bytes() {
        return writer(null, (done, total) -> {}).dataBytes();
    }

    /**
     * Writes the new file, replacing what is there only when it is whole.
     *
     * @throws ModelLoadException if a weight is infinite or NaN
     */
    public void write(Path target, int threads, Progress progress) throws IOException {
        try (Threads pool = new Threads(threads)) {
            writer(new BlockQuantizer(pool), progress).write(target);
        } catch (InternalError e) {
            throw source.changed(e);
        }
    }

    private GgufWriter writer(BlockQuantizer quantizer, Progress progress) {
        GgufWriter writer = new GgufWriter();
        source.metadata().asMap().forEach((key, value) -> {
            if (!LEFT_OUT.contains(key)) {
                writer.put(key, value);
            }
        });
        writer.put(VERSION_KEY, GgufValue.u32(VERSION)).put(TYPE_KEY, GgufValue.u32(type.id()));
        long[] done = {0};
        types.forEach((name, to) -> {
            GgufTensor tensor = source.tensors().get(name);
            writer.tensor(name, to, tensor.shape(), out -> {
                quantizer.write(tensor, to, out, bytes -> {
                    done[0] += bytes;
                    progress.at(done[0], writer.dataBytes());
                });
                source.requireWhole();
            });
        });
        return writer;
    }
}
