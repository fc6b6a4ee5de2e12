package demitasse.bertembed;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.After;
import demitasse.tensor.Blocks;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.Threads;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of an encoder.
 *
 * @param tokens [vocabulary][width]; rows are read from the mapped file, since few of them are used at a time
 * @param positions [window][width], with the vector of token type 0, the only one in use, added to each row
 */
record BertWeights(Matrix tokens, float[] positions, Norm embeddingNorm, List<Layer> layers) {
    /** A matrix and what follows. */
    record Linear(Matrix weight, After after) {}

    /** A layer norm. */
    record Norm(float[] weight, float[] bias) {}

    /**
     * One encoder block; both norms come after the residual sum.
     *
     * @param projections to query, key and value: one matrix where all are of one type, else three
     */
    record Layer(
            List<Linear> projections, Linear output, Norm attentionNorm, Linear up, Linear down, Norm outputNorm) {}

    /** @param window how many positions are needed */
    static BertWeights read(GgufFile file, BertConfig config, int window, boolean exact, Threads threads)
            throws ModelLoadException {
        return new Reader(file, config, window, exact, threads).weights();
    }

    int vocabulary() {
        return tokens.rows();
    }

    private static final class Reader {
        private static final List<String> PROJECTIONS = List.of("attn_q", "attn_k", "attn_v");

        private final GgufFile file;
        private final BertConfig config;
        private final int window;
        private final boolean exact;
        private final Threads threads;

        Reader(GgufFile file, BertConfig config, int window, boolean exact, Threads threads) {
            this.file = file;
            this.config = config;
            this.window = window;
            this.exact = exact;
            this.threads = threads;
        }

        BertWeights weights() throws ModelLoadException {
            GgufTensor tokens = file.requireTensor("token_embd.weight");
            if (tokens.shape().length != 2 || tokens.columns() != config.width()) {
                throw wrongShape(tokens, "[" + config.width() + ", vocabulary]");
            }
            // The exact form leaves the table in the file.
            Matrix tokenTable = Matrices.load(tokens, true, threads);
            // Grows as layers are found: their number is what a key claims.
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < config.layers(); i++) {
                layers.add(layer("blk." + i + "."));
            }
            return new BertWeights(tokenTable, positions(), norm("token_embd_norm"), layers);
        }

        private float[] positions() throws ModelLoadException {
            int width = config.width();
            float[] positions =
                    Blocks.dequantize(firstRows(checked("position_embd.weight", width, config.context()), window));
            GgufTensor types = file.requireTensor("token_types.weight");
            if (types.columns() != width || types.rows() < 1) {
                throw wrongShape(types, "[" + width + ", token types]");
            }
            float[] first = Blocks.dequantize(firstRows(types, 1));
            for (int i = 0; i < positions.length; i++) {
                positions[i] += first[i % width];
            }
            return positions;
        }

        /** Only the rows that are used are unpacked, whatever the file has. */
        private static GgufTensor firstRows(GgufTensor tensor, int rows) {
            long[] shape = {tensor.columns(), rows};
            long bytes = tensor.type().bytesFor(tensor.columns()) * rows;
            return new GgufTensor(
                    tensor.name(),
                    tensor.type(),
                    shape,
                    tensor.offset(),
                    tensor.data().asSlice(0, bytes));
        }

        private Layer layer(String prefix) throws ModelLoadException {
            int width = config.width();
            return new Layer(
                    projections(prefix),
                    linear(prefix + "attn_output", width, width, false),
                    norm(prefix + "attn_output_norm"),
                    linear(prefix + "ffn_up", width, config.hidden(), true),
                    linear(prefix + "ffn_down", config.hidden(), width, false),
                    norm(prefix + "layer_output_norm"));
        }

        private Linear linear(String name, int columns, int rows, boolean gelu) throws ModelLoadException {
            GgufTensor tensor = checked(name + ".weight", columns, rows);
            return new Linear(Matrices.load(tensor, exact, threads), new After(floats(name + ".bias", rows), gelu));
        }

        private List<Linear> projections(String prefix) throws ModelLoadException {
            int width = config.width();
            List<GgufTensor> tensors = new ArrayList<>();
            List<Linear> apart = new ArrayList<>();
            float[] biases = new float[PROJECTIONS.size() * width];
            for (String name : PROJECTIONS) {
                GgufTensor tensor = checked(prefix + name + ".weight", width, width);
                float[] bias = floats(prefix + name + ".bias", width);
                System.arraycopy(bias, 0, biases, tensors.size() * width, width);
                tensors.add(tensor);
            }
            GgufTensor first = tensors.getFirst();
            if (!exact && tensors.stream().allMatch(tensor -> tensor.type() == first.type())) {
                Matrix all = Matrices.load(joined(tensors), false, threads);
                return List.of(new Linear(all, new After(biases, false)));
            }
            for (GgufTensor tensor : tensors) {
                int from = apart.size() * width;
                After after = new After(Arrays.copyOfRange(biases, from, from + width), false);
                apart.add(new Linear(Matrices.load(tensor, exact, threads), after));
            }
            return apart;
        }

        /** Matrices of one type and width below each other, in memory. */
        private static GgufTensor joined(List<GgufTensor> tensors) {
            GgufTensor first = tensors.getFirst();
            long bytes = 0;
            long rows = 0;
            for (GgufTensor tensor : tensors) {
                bytes += tensor.data().byteSize();
                rows += tensor.rows();
            }
            byte[] data = new byte[Math.toIntExact(bytes)];
            int to = 0;
            for (GgufTensor tensor : tensors) {
                int length = (int) tensor.data().byteSize();
                MemorySegment.copy(tensor.data(), ValueLayout.JAVA_BYTE, 0, data, to, length);
                to += length;
            }
            long[] shape = {first.columns(), rows};
            return new GgufTensor(first.name(), first.type(), shape, first.offset(), MemorySegment.ofArray(data));
        }

        private Norm norm(String name) throws ModelLoadException {
            return new Norm(floats(name + ".weight", config.width()), floats(name + ".bias", config.width()));
        }

        private float[] floats(String name, long... shape) throws ModelLoadException {
            return Blocks.dequantize(checked(name, shape));
        }

        private GgufTensor checked(String name, long... shape) throws ModelLoadException {
            GgufTensor tensor = file.requireTensor(name);
            if (!Arrays.equals(tensor.shape(), shape)) {
                throw wrongShape(tensor, Arrays.toString(shape));
            }
            return tensor;
        }

        private static ModelLoadException wrongShape(GgufTensor tensor, String expected) {
            return new ModelLoadException(
                    "tensor " + tensor.name(), "shape " + expected, "shape " + Arrays.toString(tensor.shape()));
        }
    }
}
