package demitasse.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of an architecture: their names in both worlds, their shapes, and whether they have biases. Sources:
 * llama.cpp's gguf-py tensor_mapping.py and its loaders in src/models.
 *
 * <p>A shape is a word of the letters that {@link Sizes} knows, the length of a row last; {@code {}} stands for the
 * number of the layer.
 */
record TensorNames(List<Row> rows) {
    /** Whether a tensor is there. */
    enum Presence {
        NEVER,
        MAYBE,
        ALWAYS
    }

    /** @param weight presence of NAME.weight, and {@code bias} of NAME.bias */
    record Row(String hf, String gguf, String shape, Presence weight, Presence bias) {}

    /** One tensor: its row, the layer (or -1) and the suffix. */
    record Match(Row row, int layer, String suffix) {
        String gguf() {
            return row.gguf().replace(LAYER, Integer.toString(layer)) + suffix;
        }

        String hf() {
            return row.hf().replace(LAYER, Integer.toString(layer)) + suffix;
        }

        /** A bias is as long as its weight has rows. */
        String shape() {
            return suffix.equals(BIAS) ? row.shape().substring(0, 1) : row.shape();
        }
    }

    static final String WEIGHT = ".weight";
    static final String BIAS = ".bias";
    private static final String LAYER = "{}";

    static final TensorNames LLAMA = separate(Presence.MAYBE);
    static final TensorNames QWEN2 = separate(Presence.ALWAYS);
    static final TensorNames PHI3 = decoder(List.of(
            layer("self_attn.qkv_proj", "attn_qkv", "AE", Presence.NEVER),
            layer("mlp.gate_up_proj", "ffn_up", "GE", Presence.NEVER)));
    static final TensorNames BERT = bert();

    /** The tensor of a Hugging Face name, if the architecture has it. */
    Optional<Match> find(String name) {
        for (String suffix : List.of(WEIGHT, BIAS)) {
            if (name.endsWith(suffix)) {
                return find(name.substring(0, name.length() - suffix.length()), suffix);
            }
        }
        return Optional.empty();
    }

    private Optional<Match> find(String stem, String suffix) {
        for (Row row : rows) {
            int at = row.hf().indexOf(LAYER);
            if (at < 0 && row.hf().equals(stem)) {
                return allowed(new Match(row, -1, suffix));
            }
            if (at >= 0 && stem.startsWith(row.hf().substring(0, at))) {
                String tail = row.hf().substring(at + LAYER.length());
                String number = stem.substring(at, Math.max(at, stem.length() - tail.length()));
                if (stem.endsWith(tail) && number.matches("0|[1-9][0-9]{0,5}")) {
                    return allowed(new Match(row, Integer.parseInt(number), suffix));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> allowed(Match match) {
        return Optional.of(match).filter(m -> presence(m.row(), m.suffix()) != Presence.NEVER);
    }

    private static Presence presence(Row row, String suffix) {
        return suffix.equals(WEIGHT) ? row.weight() : row.bias();
    }

    /** Tensors that every model of so many layers has. */
    List<Match> required(int layers) {
        List<Match> required = new ArrayList<>();
        for (Row row : rows) {
            boolean once = !row.hf().contains(LAYER);
            for (int layer = once ? -1 : 0; layer < (once ? 0 : layers); layer++) {
                for (String suffix : List.of(WEIGHT, BIAS)) {
                    if (presence(row, suffix) == Presence.ALWAYS) {
                        required.add(new Match(row, layer, suffix));
                    }
                }
            }
        }
        return required;
    }

    private static Row layer(String hf, String gguf, String shape, Presence bias) {
        return new Row("model.layers.{}." + hf, "blk.{}." + gguf, shape, Presence.ALWAYS, bias);
    }

    private static TensorNames separate(Presence bias) {
        return decoder(List.of(
                layer("self_attn.q_proj", "attn_q", "QE", bias),
                layer("self_attn.k_proj", "attn_k", "KE", bias),
                layer("self_attn.v_proj", "attn_v", "KE", bias),
                layer("mlp.gate_proj", "ffn_gate", "FE", Presence.NEVER),
                layer("mlp.up_proj", "ffn_up", "FE", Presence.NEVER)));
    }

    private static TensorNames decoder(List<Row> own) {
        List<Row> rows = new ArrayList<>(own);
        rows.add(layer("input_layernorm", "attn_norm", "E", Presence.NEVER));
        rows.add(layer("self_attn.o_proj", "attn_output", "EQ", Presence.NEVER));
        rows.add(layer("post_attention_layernorm", "ffn_norm", "E", Presence.NEVER));
        rows.add(layer("mlp.down_proj", "ffn_down", "EF", Presence.NEVER));
        rows.add(new Row("model.embed_tokens", "token_embd", "VE", Presence.ALWAYS, Presence.NEVER));
        rows.add(new Row("model.norm", "output_norm", "E", Presence.ALWAYS, Presence.NEVER));
        // Missing where the output is tied to the embeddings.
        rows.add(new Row("lm_head", "output", "VE", Presence.MAYBE, Presence.NEVER));
        return new TensorNames(List.copyOf(rows));
    }

    private static TensorNames bert() {
        List<Row> rows = new ArrayList<>();
        Presence never = Presence.NEVER;
        rows.add(new Row("embeddings.word_embeddings", "token_embd", "VE", Presence.ALWAYS, never));
        rows.add(new Row("embeddings.position_embeddings", "position_embd", "PE", Presence.ALWAYS, never));
        rows.add(new Row("embeddings.token_type_embeddings", "token_types", "TE", Presence.ALWAYS, never));
        rows.add(new Row("embeddings.LayerNorm", "token_embd_norm", "E", Presence.ALWAYS, Presence.ALWAYS));
        String[][] layers = {
            {"attention.self.query", "attn_q", "EE"},
            {"attention.self.key", "attn_k", "EE"},
            {"attention.self.value", "attn_v", "EE"},
            {"attention.output.dense", "attn_output", "EE"},
            {"attention.output.LayerNorm", "attn_output_norm", "E"},
            {"intermediate.dense", "ffn_up", "FE"},
            {"output.dense", "ffn_down", "EF"},
            {"output.LayerNorm", "layer_output_norm", "E"},
        };
        for (String[] row : layers) {
            String hf = "encoder.layer.{}." + row[0];
            rows.add(new Row(hf, "blk.{}." + row[1], row[2], Presence.ALWAYS, Presence.ALWAYS));
        }
        return new TensorNames(List.copyOf(rows));
    }
}
