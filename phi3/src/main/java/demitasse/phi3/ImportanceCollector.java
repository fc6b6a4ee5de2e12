package demitasse.phi3;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.tensor.Activations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Computes an importance matrix: for each matrix of the layers, the sums of the squares of what its columns are
 * multiplied with over the chunks of a text. Source: llama.cpp's tools/imatrix/imatrix.cpp.
 */
public final class ImportanceCollector {
    /** Tokens whose logits, which nobody needs, are held at a time. */
    private static final int BATCH = 32;

    private final Architecture architecture;
    private final TreeMap<String, float[]> sums = new TreeMap<>();
    private final int context;
    private int chunks;

    private ImportanceCollector(Architecture architecture, int context) {
        this.architecture = architecture;
        this.context = context;
    }

    /**
     * Reads a text; no other session of the model may be in use.
     *
     * @param ids as {@link Perplexity#encode} gives them
     * @param context tokens of a chunk
     * @param chunks how many from the start of the text
     * @param progress is given the number of chunks so far
     */
    public static ImportanceCollector of(
            LanguageModel model, int[] ids, int context, int chunks, IntConsumer progress) {
        if (context < 1 || chunks < 1 || chunks > ids.length / context) {
            throw new IllegalArgumentException("no " + chunks + " chunks of " + context + " in " + ids.length);
        }
        ImportanceCollector collector = new ImportanceCollector(model.config().architecture(), context);
        model.observe(collector::see);
        try (Session session = model.newSession(context)) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                session.rewind(0);
                int[] tokens = Arrays.copyOfRange(ids, chunk * context, (chunk + 1) * context);
                if (model.hasTokenizer() && model.tokenizer().vocabulary().addsBos()) {
                    tokens[0] = model.tokenizer().vocabulary().bos();
                }
                // All logits, or the last layer would leave out what they do not need.
                for (int from = 0; from < context; from += BATCH) {
                    session.evaluateAll(Arrays.copyOfRange(tokens, from, Math.min(from + BATCH, context)));
                }
                collector.chunks++;
                progress.accept(chunk + 1);
            }
        } finally {
            model.observe((layer, input, activations) -> {});
        }
        return collector;
    }

    private void see(int layer, InputObserver.Input input, Activations activations) {
        int columns = activations.columns();
        float[] values = activations.values();
        String prefix = "blk." + layer + ".";
        // Matrices that share an input share its sums.
        float[] sum = sums.computeIfAbsent(prefix + names(input).getFirst(), name -> new float[columns]);
        names(input).forEach(name -> sums.putIfAbsent(prefix + name, sum));
        for (int i = 0; i < columns * activations.tokens(); i++) {
            sum[i % columns] += values[i] * values[i];
        }
    }

    private List<String> names(InputObserver.Input input) {
        return switch (input) {
            case QKV ->
                architecture.fusedQkv()
                        ? List.of("attn_qkv.weight")
                        : List.of("attn_q.weight", "attn_k.weight", "attn_v.weight");
            case ATTENTION_OUTPUT -> List.of("attn_output.weight");
            case GATE_UP ->
                architecture.fusedGateUp() ? List.of("ffn_up.weight") : List.of("ffn_gate.weight", "ffn_up.weight");
            case DOWN -> List.of("ffn_down.weight");
        };
    }

    /**
     * Writes the GGUF form, replacing what is there only when it is whole.
     *
     * @param dataset the name of the text
     */
    public void write(Path target, String dataset) throws IOException {
        GgufWriter writer = new GgufWriter()
                .put("general.type", GgufValue.string("imatrix"))
                .put(ImportanceMatrix.DATASETS_KEY, GgufValue.strings(dataset))
                .put(ImportanceMatrix.CHUNKS_KEY, GgufValue.u32(chunks))
                .put(ImportanceMatrix.CHUNK_SIZE_KEY, GgufValue.u32(context));
        sums.forEach((name, sum) -> {
            tensor(writer, name + ImportanceMatrix.SUMS, sum);
            tensor(writer, name + ImportanceMatrix.COUNTS, (float) chunks * context);
        });
        writer.write(target);
    }

    private static void tensor(GgufWriter writer, String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        writer.tensor(name, GgmlType.F32, new long[] {values.length}, out -> out.write(bytes.array()));
    }
}
