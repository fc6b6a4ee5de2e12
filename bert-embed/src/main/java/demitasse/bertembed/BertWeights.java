package demitasse.bertembed;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.Blocks;
import demitasse.tensor.Matrices;
import demitasse.tensor.Matrix;
import demitasse.tensor.Threads;
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
    /** A matrix and what is added to its product. */
    record Linear(Matrix weight, float[] bias) {}

    /** A layer norm. */
    record Norm(float[] weight, float[] bias) {}

    /** One encoder block; both norms come after the residual sum. */
    record Layer(
            Linear query,
            Linear key,
            Linear value,
            Linear output,
            Norm attentionNorm,
            Linear up,
            Linear down,
            Norm outputNorm) {}

    /** @param window how many positions are needed */
    static BertWeights read(GgufFile file, BertConfig config, int window, boolean exact, Threads threads)
            throws ModelLoadException {
        return new Reader(file, config, window, exact, threads).weights();
    }

    int vocabulary() {
        return tokens.rows();
    }

    private static final class Reader {
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
                    linear(prefix + "attn_q", width, width),
                    linear(prefix + "attn_k", width, width),
                    linear(prefix + "attn_v", width, width),
                    linear(prefix + "attn_output", width, width),
                    norm(prefix + "attn_output_norm"),
                    linear(prefix + "ffn_up", width, config.hidden()),
                    linear(prefix + "ffn_down", config.hidden(), width),
                    norm(prefix + "layer_output_norm"));
        }

        private Linear linear(String name, int columns, int rows) throws ModelLoadException {
            GgufTensor tensor = checked(name + ".weight", columns, rows);
            return new Linear(Matrices.load(tensor, exact, threads), floats(name + ".bias", rows));
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
