package demitasse.convert;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.BlockQuantizer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** The tensors of a converted model, each checked against the shape that config.json implies. */
final class Weights {
    /** Types that can be read, by their names in safetensors files. */
    private static final Map<String, GgmlType> READABLE =
            Map.of("F32", GgmlType.F32, "F16", GgmlType.F16, "BF16", GgmlType.BF16);

    /** Matrices that stay F32, as in llama.cpp. */
    private static final Set<String> ALWAYS_F32 = Set.of("position_embd.weight", "token_types.weight");

    /** @param heads whose rows are reordered for RoPE; 0 for none */
    record Target(String name, HfTensor source, int heads) {
        GgmlType type(OutType out) {
            boolean f32 = source.shape().length < 2 || name.endsWith("_norm.weight") || ALWAYS_F32.contains(name);
            return f32 ? GgmlType.F32 : out.forRows(source.shape()[source.shape().length - 1]);
        }

        /**
         * Writes all weights as a type; needs memory for a tensor at most, and only where rows are reordered.
         *
         * @param written told the bytes of each round
         */
        void write(BlockQuantizer quantizer, GgmlType type, OutputStream out, LongConsumer written) throws IOException {
            if (heads == 0) {
                quantizer.write(tensor(source.data()), type, BlockQuantizer.NO_IMPORTANCE, out, written);
                return;
            }
            try (Arena arena = Arena.ofShared()) {
                MemorySegment rows = arena.allocate(source.data().byteSize());
                reorder(source.data(), rows, Math.toIntExact(source.shape()[0]), heads);
                quantizer.write(tensor(rows), type, BlockQuantizer.NO_IMPORTANCE, out, written);
            }
        }

        private GgufTensor tensor(MemorySegment data) {
            GgmlType type = READABLE.get(source.dtype());
            return new GgufTensor(source.name(), type, source.ggufShape(), source.offset(), data);
        }
    }

    private Weights() {}

    /** What becomes of each tensor, in the order of the folder. */
    static List<Target> of(Family family, Sizes sizes, Iterable<HfTensor> tensors) throws ModelLoadException {
        List<Target> targets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (HfTensor tensor : tensors) {
            String canonical = family.canonical(tensor.name());
            if (family.drops(canonical)) {
                continue;
            }
            TensorNames.Match match = family.tensors()
                    .find(canonical)
                    .orElseThrow(() -> new ModelLoadException(
                            "tensor " + tensor.name(),
                            "one that " + family.id() + " models have",
                            "one that they have not"));
            check(tensor, match, sizes);
            if (!seen.add(match.gguf())) {
                throw new ModelLoadException("tensor " + tensor.name(), "one tensor " + match.gguf(), "two");
            }
            targets.add(new Target(match.gguf(), tensor, heads(family, sizes, match.gguf())));
        }
        if (sizes.layers() > targets.size()) {
            throw new ModelLoadException(
                    "config.json: num_hidden_layers",
                    "at most " + targets.size() + " tensors' worth",
                    "" + sizes.layers());
        }
        for (TensorNames.Match match : family.tensors().required(sizes.layers())) {
            if (!seen.contains(match.gguf())) {
                throw new ModelLoadException("tensor " + match.hf(), "a tensor of this name", "none");
            }
        }
        return targets;
    }

    private static void check(HfTensor tensor, TensorNames.Match match, Sizes sizes) throws ModelLoadException {
        String subject = "tensor " + tensor.name();
        if (!READABLE.containsKey(tensor.dtype())) {
            throw new ModelLoadException(subject, "F32, F16 or BF16", tensor.dtype());
        }
        if (match.layer() >= sizes.layers()) {
            throw new ModelLoadException(subject, sizes.layers() + " layers (config.json)", "layer " + match.layer());
        }
        long[] shape = sizes.shape(match.shape());
        if (!Arrays.equals(shape, tensor.shape())) {
            throw new ModelLoadException(
                    subject, "shape " + Arrays.toString(shape) + " (config.json)", tensor.shapeText());
        }
    }

    private static int heads(Family family, Sizes sizes, String name) {
        if (!family.permutes()) {
            return 0;
        }
        return name.contains(".attn_q.") ? sizes.heads() : name.contains(".attn_k.") ? sizes.kvHeads() : 0;
    }

    /**
     * Hugging Face rotates elements i and i + d/2 of a head, llama.cpp's llama 2i and 2i + 1: row (half, i) of a head
     * becomes row (i, half).
     */
    private static void reorder(MemorySegment from, MemorySegment to, int rows, int heads) {
        long rowBytes = from.byteSize() / rows;
        int headSize = rows / heads;
        for (int row = 0; row < rows; row++) {
            int inHead = row % headSize;
            long source = row - inHead + (long) (inHead % 2) * (headSize / 2) + inHead / 2;
            MemorySegment.copy(from, source * rowBytes, to, row * rowBytes, rowBytes);
        }
    }

    /** BF16 if the first matrix is, else F16: what most of llama.cpp's users convert to. */
    static OutType automatic(List<Target> targets) {
        return targets.stream()
                .filter(target -> target.source().shape().length > 1)
                .findFirst()
                .filter(target -> target.source().dtype().equals("BF16"))
                .map(target -> OutType.BF16)
                .orElse(OutType.F16);
    }
}
