package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mixes of models that are too large for a test: only names and shapes. */
class TensorMixTest {
    private static final int LAYERS = 32;

    /** Counts worked out from llama_tensor_get_type by hand; 225 matrices. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Q8_0   | 32 | {Q8_0=226}",
                "F16    | 32 | {F16=226}",
                "Q4_0   | 32 | {Q4_0=225, Q6_K=1}",
                "Q5_1   |  8 | {Q5_1=225, Q6_K=1}",
                "Q2_K   | 32 | {Q2_K=129, Q3_K=96, Q6_K=1}",
                "Q2_K   |  8 | {Q2_K=129, Q3_K=64, Q4_K=32, Q6_K=1}",
                "Q3_K_S | 32 | {Q3_K=225, Q6_K=1}",
                "Q3_K_M | 32 | {Q3_K=129, Q4_K=92, Q5_K=4, Q6_K=1}",
                "Q3_K_L | 32 | {Q3_K=129, Q5_K=96, Q6_K=1}",
                "Q4_K_S | 32 | {Q4_K=217, Q5_K=8, Q6_K=1}",
                "Q4_K_M | 32 | {Q4_K=193, Q6_K=33}",
                "Q5_K_S | 32 | {Q5_K=225, Q6_K=1}",
                "Q5_K_M | 32 | {Q5_K=193, Q6_K=33}",
                "Q6_K   | 32 | {Q6_K=226}",
                "IQ4_XS | 32 | {Q5_K=4, Q6_K=1, IQ4_XS=221}",
                "IQ4_NL |  8 | {Q5_K=36, Q6_K=1, IQ4_NL=189}",
            })
    void countsOfSevenBillionWeights(String file, int kvHeads, String expected) throws ModelLoadException {
        Map<GgmlType, Integer> counts = new TreeMap<>();
        types(file.strip(), LAYERS, kvHeads, 0, true, 4096).values().forEach(t -> counts.merge(t, 1, Integer::sum));
        assertEquals(2 * LAYERS + 1, counts.remove(GgmlType.F32));
        assertEquals(expected, counts.toString());
    }

    @Test
    void anImportanceMatrixChangesTheMix() {
        TensorMix.Model weighed = new TensorMix.Model("llama", LAYERS, 32, 32, 0, true);
        TensorMix.Role down = TensorMix.Role.DOWN;
        assertEquals(GgmlType.IQ4_XS, TensorMix.choose(FileType.IQ4_XS, down, 3, LAYERS, weighed));
        assertEquals(GgmlType.Q4_1, TensorMix.choose(FileType.Q4_0, down, 3, LAYERS, weighed));
        assertEquals(GgmlType.Q4_0, TensorMix.choose(FileType.Q4_0, down, 4, LAYERS, weighed));
        assertEquals(GgmlType.Q5_1, TensorMix.choose(FileType.Q5_0, down, 0, LAYERS, weighed));
        assertEquals(GgmlType.Q5_K, TensorMix.choose(FileType.Q4_K_S, down, 3, LAYERS, weighed));
    }

    @Test
    void choicesOfTheUserComeFirst() throws ModelLoadException {
        TypeChoices choices = new TypeChoices(
                false,
                false,
                Optional.of(GgmlType.Q8_0),
                Optional.of(GgmlType.F16),
                List.of(
                        new TypeChoices.Override(Pattern.compile("blk\\.1\\..*_v"), GgmlType.Q5_0),
                        new TypeChoices.Override(Pattern.compile("attn_v|attn_q"), GgmlType.Q4_0)));
        Map<String, GgmlType> types = types(new QuantizeOptions(FileType.Q4_K_M, false, choices, Optional.empty()));
        assertEquals(GgmlType.Q8_0, types.get("output.weight"));
        assertEquals(GgmlType.F16, types.get("token_embd.weight"));
        assertEquals(GgmlType.Q4_0, types.get("blk.0.attn_v.weight"));
        assertEquals(GgmlType.Q5_0, types.get("blk.1.attn_v.weight"));
        assertEquals(GgmlType.Q6_K, types.get("blk.0.ffn_down.weight"));
        TypeChoices pure = new TypeChoices(true, true, Optional.empty(), Optional.empty(), List.of());
        types = types(new QuantizeOptions(FileType.Q4_K_M, false, pure, Optional.empty()));
        assertEquals(GgmlType.F32, types.get("output.weight"));
        assertEquals(GgmlType.Q4_K, types.get("token_embd.weight"));
        assertEquals(GgmlType.Q4_K, types.get("blk.0.ffn_down.weight"));
    }

    @Test
    void tensorsAreSortedByLayerThenName() throws ModelLoadException {
        List<String> names = List.copyOf(types("Q4_0", 11, 8, 0, true, 4096).keySet());
        assertEquals("output.weight", names.get(0));
        assertEquals("token_embd.weight", names.get(2));
        assertEquals("blk.0.attn_k.weight", names.get(3));
        assertEquals("blk.10.ffn_up.weight", names.getLast());
    }

    @Test
    void moreBitsGoToTheEndsAndEveryThirdLayer() {
        assertEquals(
                List.of(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31),
                IntStream.range(0, LAYERS)
                        .filter(i -> TensorMix.useMoreBits(i, LAYERS))
                        .boxed()
                        .toList());
    }

    @Test
    void tiedEmbeddingIsTreatedAsTheOutput() throws ModelLoadException {
        assertEquals(GgmlType.Q6_K, types("Q4_K_M", 2, 8, 0, false, 4096).get("token_embd.weight"));
        assertEquals(GgmlType.Q4_K, types("Q4_K_M", 2, 8, 0, true, 4096).get("token_embd.weight"));
        assertEquals(GgmlType.Q8_0, types("Q4_K_M", 2, 8, 0, false, 576).get("token_embd.weight"));
    }

    @Test
    void seventyBillionWeightsAndEightExpertsHaveMoreBitsForV() throws ModelLoadException {
        Map<String, GgmlType> large = types("Q4_K_M", 80, 8, 0, true, 4096);
        assertEquals(GgmlType.Q6_K, large.get("blk.0.attn_v.weight"));
        assertEquals(GgmlType.Q5_K, large.get("blk.10.attn_v.weight"));
        Map<String, GgmlType> experts = types("Q4_K_M", 32, 8, 8, true, 4096);
        assertEquals(GgmlType.Q8_0, experts.get("blk.5.attn_v.weight"));
        assertEquals(GgmlType.Q8_0, experts.get("blk.5.attn_k.weight"));
        assertEquals(GgmlType.Q5_K, experts.get("blk.5.attn_output.weight"));
        assertEquals(GgmlType.Q4_K, experts.get("blk.4.ffn_down.weight"));
        assertEquals(GgmlType.Q6_K, experts.get("blk.6.ffn_down.weight"));
    }

    @Test
    void rowsThatDoNotFitGetSmallerBlocks() throws ModelLoadException {
        assertEquals(GgmlType.Q6_K, TensorMix.fit(GgmlType.Q6_K, 512));
        assertEquals(GgmlType.Q8_0, TensorMix.fit(GgmlType.Q6_K, 576));
        assertEquals(GgmlType.IQ4_NL, TensorMix.fit(GgmlType.IQ4_XS, 576));
        assertEquals(GgmlType.Q4_0, TensorMix.fit(GgmlType.Q3_K, 576));
        assertEquals(GgmlType.F16, TensorMix.fit(GgmlType.Q4_K, 100));
        assertEquals(GgmlType.F16, TensorMix.fit(GgmlType.Q4_0, 100));
        assertEquals(GgmlType.F16, types("Q5_0", 1, 8, 0, true, 100).get("blk.0.attn_q.weight"));
    }

    @Test
    void smallMatricesStayAsTheyAre() {
        for (String name :
                List.of("position_embd.weight", "token_types.weight", "blk.0.ffn_gate_inp.weight", "a.bias")) {
            assertEquals(false, TensorMix.isQuantized(tensor(name, 256, 2)), name);
        }
        assertEquals(false, TensorMix.isQuantized(tensor("blk.0.attn_q.weight", 256, 1)));
        assertEquals(true, TensorMix.isQuantized(tensor("blk.0.attn_q.weight", 256, 2)));
        assertEquals(true, TensorMix.isQuantized(tensor("blk.0.ffn_up_exps.weight", 256, 1, 8)));
    }

    @Test
    void namesAreLlamaQuantizes() {
        assertEquals(Optional.of(FileType.Q4_K_M), FileType.named("q4_k_m"));
        assertEquals(Optional.of(FileType.Q4_K_M), FileType.named("Q4_K"));
        assertEquals(Optional.of(FileType.Q2_K), FileType.named("Q2_K"));
        assertEquals(Optional.empty(), FileType.named("Q4_2"));
    }

    private static Map<String, GgmlType> types(QuantizeOptions options) throws ModelLoadException {
        return types(options, LAYERS, 8, 0, true, 4096);
    }

    private static Map<String, GgmlType> types(
            String file, int layers, int kvHeads, int experts, boolean output, int columns) throws ModelLoadException {
        QuantizeOptions options = new QuantizeOptions(FileType.named(file).orElseThrow());
        return types(options, layers, kvHeads, experts, output, columns);
    }

    private static Map<String, GgmlType> types(
            QuantizeOptions options, int layers, int kvHeads, int experts, boolean output, int columns)
            throws ModelLoadException {
        Map<String, GgufValue> keys = new LinkedHashMap<>();
        keys.put("general.architecture", GgufValue.string("llama"));
        keys.put("llama.block_count", GgufValue.u32(layers));
        keys.put("llama.attention.head_count", GgufValue.u32(32));
        keys.put("llama.attention.head_count_kv", GgufValue.u32(kvHeads));
        keys.put("llama.expert_count", GgufValue.u32(experts));
        List<GgufTensor> tensors = new ArrayList<>();
        tensors.add(tensor("token_embd.weight", columns, 32000));
        for (int i = 0; i < layers; i++) {
            for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
                tensors.add(tensor("blk." + i + "." + part + ".weight", columns, 4096));
            }
            tensors.add(tensor("blk." + i + ".attn_norm.weight", columns));
            tensors.add(tensor("blk." + i + ".ffn_norm.weight", columns));
        }
        tensors.add(tensor("output_norm.weight", columns));
        if (output) {
            tensors.add(tensor("output.weight", columns, 32000));
        }
        return TensorTypes.of(options, new Metadata(keys), tensors);
    }

    private static GgufTensor tensor(String name, long... shape) {
        return new GgufTensor(name, GgmlType.F32, shape, 0, null);
    }
}
