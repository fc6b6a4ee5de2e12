package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.ModelLoadException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the name for {@code tokenizer.ggml.pre} by the steps of a tokenizer.json's pre_tokenizer. llama.cpp knows
 * models by a hash of the ids of one text, so it refuses every vocabulary that it has not met; equal steps cut texts
 * equally whatever the vocabulary is.
 */
final class PreTokenizerNames {
    private static final String SPACES = "|\\s+(?!\\S)|\\s+";
    private static final String GPT_2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+" + SPACES;
    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
    private static final String LINES = "|\\s*[\\r\\n]+";
    private static final String OTHERS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + LINES + SPACES;
    private static final String OTHERS_TO_SLASH = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + LINES + SPACES;
    private static final String THREE_DIGITS = "\\p{N}{1,3}";
    private static final String DIGIT = "\\p{N}";
    private static final String LLAMA_3 = CONTRACTION + "|" + WORD + "|" + THREE_DIGITS + OTHERS;
    private static final String QWEN_2 = CONTRACTION + "|" + WORD + "|" + DIGIT + OTHERS;
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String CAPITALIZED = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "*" + LOWER + "+";
    private static final String CAPITALS = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "+" + LOWER + "*";
    private static final String GPT_4O =
            CAPITALIZED + CONTRACTION + "?|" + CAPITALS + CONTRACTION + "?|" + THREE_DIGITS + OTHERS_TO_SLASH;
    private static final String TEKKEN = CAPITALIZED + "|" + CAPITALS + "|" + DIGIT + OTHERS_TO_SLASH;
    private static final String DEEPSEEK_3 = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
            + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*" + LINES + SPACES;

    private static final Map<List<String>, String> NAMES = new HashMap<>();

    /** Names of vocabularies that take a piece whole if it is a token, where that makes another name. */
    private static final Map<String, String> IGNORING_MERGES = Map.of("dbrx", "llama-bpe");

    static {
        NAMES.put(List.of(GPT_2), "gpt-2");
        NAMES.put(List.of(DIGIT, GPT_2), "smollm");
        NAMES.put(List.of(LLAMA_3), "dbrx");
        NAMES.put(List.of(QWEN_2), "qwen2");
        NAMES.put(List.of(GPT_4O), "gpt-4o");
        NAMES.put(List.of(TEKKEN), "tekken");
        NAMES.put(List.of(THREE_DIGITS, "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", DEEPSEEK_3), "deepseek-v3");
        String asian = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";
        NAMES.put(List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", asian, DIGIT), "deepseek-coder");
    }

    private PreTokenizerNames() {}

    /** @throws ModelLoadException if the steps are none that we know; it names the way out */
    static String of(JsonFile tokenizer) throws ModelLoadException {
        JsonNode node = tokenizer.root().path("pre_tokenizer");
        List<String> steps = new ArrayList<>();
        boolean known = collect(node, steps);
        String name = NAMES.get(steps);
        if (!known || name == null) {
            throw tokenizer.wrong(
                    "pre_tokenizer", "one that is known (--pre NAME says which tokenizer.ggml.pre to write)", node);
        }
        boolean whole = tokenizer.root().path("model").path("ignore_merges").asBoolean(false);
        return whole ? IGNORING_MERGES.getOrDefault(name, name) : name;
    }

    /** Adds the expressions of a step; false for a step that llama.cpp has nothing like. */
    private static boolean collect(JsonNode node, List<String> steps) {
        switch (node.path("type").asText("")) {
            case "Sequence" -> {
                for (JsonNode step : node.path("pretokenizers")) {
                    if (!collect(step, steps)) {
                        return false;
                    }
                }
                return true;
            }
            case "Split" -> {
                return split(node, steps);
            }
            case "Digits" -> {
                steps.add(DIGIT);
                return node.path("individual_digits").asBoolean(false);
            }
            case "ByteLevel" -> {
                if (node.path("use_regex").asBoolean(true)) {
                    steps.add(GPT_2);
                }
                return !node.path("add_prefix_space").asBoolean(false);
            }
            default -> {
                return false;
            }
        }
    }

    private static boolean split(JsonNode node, List<String> steps) {
        // Line ends are escaped in some files and themselves in others.
        String expression = node.path("pattern").path("Regex").asText("");
        steps.add(expression.replace("\r", "\\r").replace("\n", "\\n"));
        String behavior = node.path("behavior").asText("");
        boolean inverted = node.path("invert").asBoolean(false);
        // What every character matches can as well be kept as be the rest that is left.
        return behavior.equals("Isolated") && !inverted || behavior.equals("Removed") && inverted;
    }
}
