package demitasse.convert;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.BlockQuantizer;
import demitasse.tensor.Threads;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Converts a Hugging Face folder to GGUF with the keys and tensors that llama.cpp's convert_hf_to_gguf.py of October
 * 2026 writes, but for its guesses about authors and licences.
 */
public final class ModelConverter implements AutoCloseable {
    /** Source: ggml.h, GGML_QNT_VERSION. */
    private static final int QUANTIZATION_VERSION = 2;

    private final HfFolder folder;
    private final Family family;
    private final OutType type;
    private final List<Weights.Target> targets;
    private final RopeScaling rope;
    private final Map<String, GgufValue> keys = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * What the folder does not say.
     *
     * @param type of the matrices; empty for F16, or BF16 where the model is
     * @param name of the model; empty for the folder's name
     * @param preTokenizer a name for {@code tokenizer.ggml.pre}; empty to find it by the tokenizer's expressions
     */
    public record Options(Optional<OutType> type, Optional<String> name, Optional<String> preTokenizer) {}

    /** Told how many bytes of tensors of all are written. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long total);
    }

    private ModelConverter(HfFolder folder, Options options) throws IOException {
        this.folder = folder;
        JsonFile config = folder.json("config.json");
        if (!folder.has("config.json")) {
            throw new ModelLoadException("the folder", "a file config.json", "none");
        }
        this.family = Family.of(config);
        ModelKeys model = new ModelKeys(folder, config, family, keys, notes);
        this.targets = Weights.of(family, model.sizes(), folder.tensors().values());
        this.rope = family.isDecoder() ? new RopeScaling(family, model.sizes(), config) : null;
        this.type = options.type().orElse(Weights.automatic(targets));
        keys.put("general.architecture", GgufValue.string(family.id()));
        keys.put("general.type", GgufValue.string("model"));
        keys.put("general.name", GgufValue.string(options.name().orElse(folder.name())));
        model.add(rope);
        keys.put("general.file_type", GgufValue.u32(type.id()));
        keys.put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
        new TokenizerKeys(folder, family, config, options.preTokenizer(), notes).addTo(keys);
        Tokenizers.load(new Metadata(keys)); // refuses what would only show when the model is loaded
    }

    /**
     * Reads everything but the weights.
     *
     * @throws IOException naming the file and the field or tensor for which the folder cannot be converted
     */
    public static ModelConverter open(Path path, Options options) throws IOException {
        HfFolder folder = HfFolder.open(path);
        try {
            return new ModelConverter(folder, options);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** What the user should know: decisions that the folder left open. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    public OutType type() {
        return type;
    }

    /** Bytes of the new file's tensors. */
    public long bytes() {
        return writer(null, (done, total) -> {}).dataBytes();
    }

    /**
     * Writes the file, replacing what is there only when it is whole.
     *
     * @throws ModelLoadException if a weight is infinite or NaN, or too large for the type
     */
    public void write(Path target, int threads, Progress progress) throws IOException {
        try (Threads pool = new Threads(threads)) {
            writer(new BlockQuantizer(pool), progress).write(target);
        }
    }

    private GgufWriter writer(BlockQuantizer quantizer, Progress progress) {
        GgufWriter writer = new GgufWriter();
        keys.forEach(writer::put);
        long[] done = {0};
        LongConsumer told = bytes -> {
            done[0] += bytes;
            progress.at(done[0], writer.dataBytes());
        };
        if (rope != null) {
            rope.tensors()
                    .forEach((name, values) -> writer.tensor(
                            name, GgmlType.F32, new long[] {values.length}, out -> write(values, out, told)));
        }
        for (Weights.Target target : targets) {
            GgmlType to = target.type(type);
            long[] shape = target.source().ggufShape();
            writer.tensor(target.name(), to, shape, out -> target.write(quantizer, to, out, told));
        }
        return writer;
    }

    private static void write(float[] values, OutputStream out, LongConsumer written) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
        written.accept(bytes.capacity());
    }

    @Override
    public void close() {
        folder.close();
    }
}
