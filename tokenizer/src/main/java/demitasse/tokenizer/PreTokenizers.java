package demitasse.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pre-tokenizers by the name in {@code tokenizer.ggml.pre}: to add one is to add a row. Sources: the
 * tokenizer.json files of the models; which name means which: llama.cpp llama-vocab.cpp.
 *
 * <p>The expressions are written for java.util.regex: quantifiers are possessive wherever nothing can be gained by
 * giving back, and no group is repeated, so no input makes it slow or overflows the stack.
 */
final class PreTokenizers {
    /**
     * @param expressions for {@link PreTokenizer}
     * @param ignoreMerges a piece that is a token is taken whole
     * @param cleanSpaces decoding removes spaces before punctuation
     * @param addBos whether BOS is added where the file does not say
     * @param noBos the model has no BOS unless the file names one
     */
    record Row(List<String> expressions, boolean ignoreMerges, boolean cleanSpaces, boolean addBos, boolean noBos) {
        Row ignoringMerges() {
            return new Row(expressions, true, cleanSpaces, addBos, noBos);
        }

        Row keepingSpaces() {
            return new Row(expressions, ignoreMerges, false, addBos, noBos);
        }

        Row addingBos() {
            return new Row(expressions, ignoreMerges, cleanSpaces, true, noBos);
        }

        Row withoutBos() {
            return new Row(expressions, ignoreMerges, cleanSpaces, addBos, true);
        }
    }

    /** The row for files that name no pre-tokenizer. */
    static final String DEFAULT = "default";

    private static final String CONTRACTION = "'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])";
    private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}++";
    private static final String OTHERS = " ?[^\\s\\p{L}\\p{N}]++";
    private static final String OTHERS_AND_LINE_ENDS = OTHERS + "[\\r\\n]*+";
    private static final String LINES = "\\s*[\\r\\n]+";
    private static final String SPACES = "\\s+(?!\\S)|\\s+";

    private static final String GPT_2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}++| ?\\p{N}++|" + OTHERS + "|" + SPACES;
    private static final String LLAMA_3 = llama("\\p{N}{1,3}", OTHERS_AND_LINE_ENDS);
    private static final String QWEN_2 = llama("\\p{N}", OTHERS_AND_LINE_ENDS);
    private static final String DIGIT = "\\p{N}";
    private static final String THREE_DIGITS = "[0-9][0-9][0-9]";
    private static final String LINE_END = "[\\r\\n]";
    /** CJK ideographs, everything from U+0800 to them, Hangul syllables. */
    private static final String ASIAN = "[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]++";

    private static final String FINNISH = " ?[^(\\s|.,!?\\u2026\\u3002\\uff0c\\u3001\\u0964\\u06d4\\u060c)]++";

    /** Letters but those that are surely lower case, and the other way round; what is in neither alphabet is in both. */
    private static final String UPPER = "[\\p{L}&&[^a-z]]";

    private static final String LOWER = "[\\p{L}&&[^A-Z]]";
    private static final String CASED_WORD =
            "[^\\r\\n\\p{L}\\p{N}]?(?:" + UPPER + "*" + LOWER + "+|" + UPPER + "+" + LOWER + "*)";
    private static final String OTHERS_TO_SLASH = OTHERS + "[\\r\\n/]*+";

    /** llama.cpp's class of symbols: it does without the tilde, which Unicode counts among them. */
    private static final String SYMBOL = "\\p{S}&&[^~]";

    private static final String DEEPSEEK_3 = String.join(
            "|",
            "[!-/:-@\\[-`{-~][A-Za-z]++",
            "[^\\r\\n\\p{L}\\p{P}[" + SYMBOL + "]]?[\\p{L}\\p{M}]++",
            " ?[\\p{P}[" + SYMBOL + "]]++[\\r\\n]*+",
            LINES,
            SPACES);

    private static final Map<String, Row> ROWS = new HashMap<>();

    static {
        row(of("[\\p{P}$+<=>^~|]++", GPT_2, "\\p{N}++", THREE_DIGITS), DEFAULT);
        row(of(GPT_2), "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat", "a.x-4.0");
        row(of(GPT_2), "mellum", "modern-bert", "mpt", "olmo", "jais", "exaone4");
        row(of(GPT_2), "jina-v1-en", "jina-v2-code", "roberta-bpe");
        row(of(GPT_2).keepingSpaces(), "trillion", "granite-docling");
        row(of(DIGIT, GPT_2), "starcoder", "refact", "codeshell", "exaone", "minerva-7b", "mellum2");
        row(of(DIGIT, GPT_2).keepingSpaces(), "smollm", "command-r");
        row(of("[\\p{P}$+<=>^~|`]++", GPT_2, THREE_DIGITS), "falcon");

        Row llama3 = of(LLAMA_3).ignoringMerges().addingBos();
        row(llama3, "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2");
        row(llama3, "jina-v5-nano");
        row(of(LLAMA_3), "dbrx", "smaug-bpe");
        row(of(LLAMA_3).withoutBos(), "glm4", "chatglm-bpe");
        row(of(QWEN_2).keepingSpaces(), "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "hunyuan", "grok-2");
        row(of(QWEN_2).keepingSpaces(), "solar-open");
        String markedWord = "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]++";
        String unmarked = " ?[^\\s\\p{L}\\p{M}\\p{N}]++[\\r\\n]*+";
        String qwen35 = String.join("|", CONTRACTION, markedWord, DIGIT, unmarked, LINES, SPACES);
        row(of(qwen35).keepingSpaces(), "qwen35");
        row(of(QWEN_2), "stablelm2", "megrez");

        row(of(LINE_END, "\\s?\\p{L}++", "\\s?\\p{P}++", ASIAN, DIGIT).keepingSpaces(), "deepseek-coder");
        row(
                of(
                                LINE_END,
                                "\\s?" + CasedLetters.LETTER + "++",
                                "\\s?[!-/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3000-\\u3002]++",
                                // Looking back keeps a long run of spaces in mid-text from being tried at each.
                                "(?<!\\s)\\s++\\z",
                                ASIAN,
                                "\\p{N}++")
                        .keepingSpaces(),
                "deepseek-llm");

        Row deepSeek3 = of("\\p{N}{1,3}", "[\\u4e00-\\u9fa5\\u3040-\\u30ff]++", DEEPSEEK_3)
                .keepingSpaces();
        row(deepSeek3, "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");

        Row tekken = of(String.join("|", CASED_WORD, DIGIT, OTHERS_TO_SLASH, LINES, SPACES));
        row(tekken.keepingSpaces().ignoringMerges().addingBos(), "tekken");
        String gpt4o = String.join(
                "|", CASED_WORD + "(?:" + CONTRACTION + ")?", "\\p{N}{1,3}", OTHERS_TO_SLASH, LINES, SPACES);
        row(of(gpt4o).keepingSpaces(), "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
        String bailing = String.join("|", CONTRACTION, WORD, DIGIT, OTHERS_AND_LINE_ENDS, "\\s*[\\r\\n]", SPACES);
        row(of(bailing).keepingSpaces(), "bailingmoe", "bailingmoe2", "llada-moe");
        row(of(llama(DIGIT, OTHERS)).keepingSpaces(), "seed-coder");

        row(of(FINNISH), "bloom", "gpt3-finnish");
        row(of(FINNISH).keepingSpaces(), "poro-chat");
        row(of(FINNISH, DIGIT).keepingSpaces(), "viking");
    }

    private PreTokenizers() {}

    /** The row of a name, if it is one that we know. */
    static Optional<Row> find(String name) {
        return Optional.ofNullable(ROWS.get(name));
    }

    private static String llama(String numbers, String others) {
        return String.join("|", CONTRACTION, WORD, numbers, others, LINES, SPACES);
    }

    private static Row of(String... expressions) {
        return new Row(List.of(expressions), false, true, false, false);
    }

    private static void row(Row row, String... names) {
        for (String name : names) {
            ROWS.put(name, row);
        }
    }
}
