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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Quantises a model file, decoder or encoder, to the bytes that llama-quantize of October 2026 writes: the types by
 * {@link TensorMix}, tensors sorted by layer and name, the keys about the quantisation at the end of the keys.
 */
public final class ModelQuantizer {
    private static final String VERSION_KEY = "general.quantization_version";
    private static final String TYPE_KEY = "general.file_type";
    private static final String SPLIT_COUNT_KEY = "split.count";

    /** Keys that are not copied: set anew, or about a file in several parts, which the result is not. */
    private static final Set<String> LEFT_OUT =
            Set.of(VERSION_KEY, TYPE_KEY, "split.no", SPLIT_COUNT_KEY, "split.tensors.count");

    private static final String IMPORTANCE_KEY = "quantize.imatrix.";
    private static final int MOST_TEXT = 127;

    /** The dimension that counts matrices. */
    private static final int MATRICES = 2;

    /** Source: ggml.h, GGML_QNT_VERSION. */
    private static final int VERSION = 2;

    /** Types that lose nothing that matters when they are quantised again. */
    private static final Set<GgmlType> UNQUANTIZED = EnumSet.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16);

    private final GgufFile source;
    private final FileType type;
    private final Optional<ImportanceMatrix> importance;
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
     * @throws ModelLoadException naming the key or tensor for which that cannot be done
     */
    public ModelQuantizer(GgufFile source, QuantizeOptions options) throws ModelLoadException {
        this.source = source;
        this.type = options.type();
        this.importance = options.importance();
        Metadata keys = source.metadata();
        int parts = keys.integer(SPLIT_COUNT_KEY, 1);
        if (parts > 1) {
            throw new ModelLoadException("key " + SPLIT_COUNT_KEY, "a model in one file", parts + " files");
        }
        this.types = TensorTypes.of(options, keys, source.tensors().values());
        for (GgufTensor tensor : source.tensors().values()) {
            check(tensor, options.requantize());
        }
    }

    /** Whether tensors of a type can be read and written. */
    public static boolean supports(GgmlType type) {
        return BlockQuantizer.supports(type);
    }

    private void check(GgufTensor tensor, boolean requantize) throws ModelLoadException {
        GgmlType from = tensor.type();
        GgmlType to = types.get(tensor.name());
        if (from == to) {
            return;
        }
        String subject = "tensor " + tensor.name();
        if (!supports(from)) {
            throw new ModelLoadException(subject, "a type that can be read", from.name());
        }
        if (!requantize && !UNQUANTIZED.contains(from)) {
            throw new ModelLoadException(subject, "F32, F16 or BF16, to be quantised only once", from.name());
        }
        if (tensor.columns() % to.blockSize() != 0) {
            throw new ModelLoadException(
                    subject, "rows of whole blocks of " + to.blockSize() + " for " + to, "rows of " + tensor.columns());
        }
        Optional<float[]> values = importance.flatMap(matrix -> matrix.of(tensor.name()));
        if (values.isPresent() && values.get().length != columns(tensor) && !isEmbedding(tensor)) {
            throw new ModelLoadException(
                    subject,
                    "an importance of " + columns(tensor) + " values",
                    values.get().length + " in " + importance.get().file());
        }
    }

    /** Of all matrices that a tensor holds: several where there are experts. */
    private static long columns(GgufTensor tensor) {
        return tensor.columns() * (tensor.shape().length > MATRICES ? tensor.shape()[MATRICES] : 1);
    }

    /** A file may hold an importance for the embedding, but of its rows; llama-quantize goes without, too. */
    private static boolean isEmbedding(GgufTensor tensor) {
        return TensorMix.role(tensor.name()) == TensorMix.Role.EMBEDDING;
    }

    private float[] importance(GgufTensor tensor) {
        return importance
                .flatMap(matrix -> matrix.of(tensor.name()))
                .filter(values -> values.length == columns(tensor))
                .orElse(BlockQuantizer.NO_IMPORTANCE);
    }

    /** Tensors that change their type without an importance, although there is a matrix: the embedding is usual. */
    public List<String> withoutImportance() {
        return types.keySet().stream()
                .map(source.tensors()::get)
                .filter(tensor -> importance.isPresent() && tensor.type() != types.get(tensor.name()))
                .filter(tensor -> importance(tensor).length == 0)
                .map(GgufTensor::name)
                .toList();
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
        Map<String, GgufValue> about = importance.map(ModelQuantizer::keys).orElse(Map.of());
        source.metadata().asMap().forEach((key, value) -> {
            if (!LEFT_OUT.contains(key) && !about.containsKey(key)) {
                writer.put(key, value);
            }
        });
        writer.put(VERSION_KEY, GgufValue.u32(VERSION)).put(TYPE_KEY, GgufValue.u32(type.id()));
        about.forEach(writer::put);
        long[] done = {0};
        types.forEach((name, to) -> {
            GgufTensor tensor = source.tensors().get(name);
            writer.tensor(name, to, tensor.shape(), out -> {
                quantizer.write(tensor, to, importance(tensor), out, bytes -> {
                    done[0] += bytes;
                    progress.at(done[0], writer.dataBytes());
                });
                source.requireWhole();
            });
        });
        return writer;
    }

    /** What the new file says of the matrix that it was made with. */
    private static Map<String, GgufValue> keys(ImportanceMatrix matrix) {
        Map<String, GgufValue> keys = new LinkedHashMap<>();
        keys.put(IMPORTANCE_KEY + "file", text(matrix.file().toString()));
        if (!matrix.datasets().isEmpty()) {
            keys.put(IMPORTANCE_KEY + "dataset", text(matrix.datasets().getFirst()));
        }
        keys.put(IMPORTANCE_KEY + "entries_count", GgufValue.u32(matrix.size()));
        if (matrix.chunks() > 0) {
            keys.put(IMPORTANCE_KEY + "chunks_count", GgufValue.u32(matrix.chunks()));
        }
        return keys;
    }

    /** llama-quantize's strings have a limit. */
    private static GgufValue text(String text) {
        StringBuilder start = new StringBuilder();
        text.codePoints().limit(MOST_TEXT).forEach(start::appendCodePoint);
        String cut = start.toString();
        while (cut.getBytes(StandardCharsets.UTF_8).length > MOST_TEXT) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return GgufValue.string(cut);
    }
}
