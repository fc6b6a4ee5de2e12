package demitasse.server;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.GgufWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A model that our engine really runs: random weights, a token for each byte, ChatML. It says nonsense, but calls of
 * tools and answers with a format are right.
 */
public final class TinyModel {
    public static final String NAME = "tiny";
    static final int CONTEXT = 2048;
    private static final int WIDTH = 32;
    private static final int HEADS = 2;
    private static final int FEED_FORWARD = 64;
    private static final int BYTES = 256;
    /** Types of tokens. */
    private static final int NORMAL = 1;

    private static final int CONTROL = 3;
    private static final String TEMPLATE = "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
            + "{{ message['content'] }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private TinyModel() {}

    public static void write(Path file) throws IOException {
        write(file, List.of());
    }

    /** @param more control tokens, behind all others */
    static void write(Path file, List<String> more) throws IOException {
        List<String> tokens = new ArrayList<>(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
        int controls = tokens.size();
        IntStream.range(0, BYTES).forEach(b -> tokens.add(byteToken(b)));
        int plain = tokens.size();
        tokens.addAll(more);
        int[] types = new int[tokens.size()];
        Arrays.fill(types, NORMAL);
        Arrays.fill(types, 0, controls, CONTROL);
        Arrays.fill(types, plain, types.length, CONTROL);
        GgufWriter out = new GgufWriter()
                .put("general.architecture", GgufValue.string("llama"))
                .put("general.name", GgufValue.string(NAME))
                .put("llama.context_length", GgufValue.u32(CONTEXT))
                .put("llama.embedding_length", GgufValue.u32(WIDTH))
                .put("llama.block_count", GgufValue.u32(1))
                .put("llama.feed_forward_length", GgufValue.u32(FEED_FORWARD))
                .put("llama.attention.head_count", GgufValue.u32(HEADS))
                .put("llama.attention.layer_norm_rms_epsilon", GgufValue.f32(1e-5f))
                .put("tokenizer.ggml.model", GgufValue.string("gpt2"))
                .put("tokenizer.ggml.pre", GgufValue.string("smollm"))
                .put("tokenizer.ggml.tokens", GgufValue.strings(tokens.toArray(String[]::new)))
                .put(
                        "tokenizer.ggml.token_type",
                        new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.INT32, types)))
                .put("tokenizer.ggml.merges", GgufValue.strings())
                .put("tokenizer.ggml.bos_token_id", GgufValue.u32(controls - 2))
                .put("tokenizer.ggml.eos_token_id", GgufValue.u32(controls - 1))
                .put("tokenizer.chat_template", GgufValue.string(TEMPLATE));
        Random random = new Random(1);
        matrix(out, random, "token_embd.weight", WIDTH, tokens.size());
        ones(out, "output_norm.weight");
        for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
            matrix(out, random, "blk.0." + name + ".weight", WIDTH, WIDTH);
        }
        matrix(out, random, "blk.0.ffn_gate.weight", WIDTH, FEED_FORWARD);
        matrix(out, random, "blk.0.ffn_up.weight", WIDTH, FEED_FORWARD);
        matrix(out, random, "blk.0.ffn_down.weight", FEED_FORWARD, WIDTH);
        ones(out, "blk.0.attn_norm.weight");
        ones(out, "blk.0.ffn_norm.weight");
        out.write(file);
    }

    /** GPT-2's letter for a byte: itself where it can be seen, else one from 256 on. */
    private static String byteToken(int b) {
        return String.valueOf((char)
                (visible(b)
                        ? b
                        : BYTES + IntStream.range(0, b).filter(c -> !visible(c)).count()));
    }

    private static boolean visible(int b) {
        return b > ' ' && b < 0x7f || b > 0xa0 && b != 0xad;
    }

    private static void matrix(GgufWriter out, Random random, String name, int columns, int rows) {
        float[] values = new float[columns * rows];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        out.tensor(name, GgmlType.F32, new long[] {columns, rows}, stream -> write(stream, values));
    }

    private static void ones(GgufWriter out, String name) {
        float[] values = new float[WIDTH];
        Arrays.fill(values, 1);
        out.tensor(name, GgmlType.F32, new long[] {WIDTH}, stream -> write(stream, values));
    }

    private static void write(OutputStream out, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }
}
