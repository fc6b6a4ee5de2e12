package demitasse.tokenizer;

import demitasse.gguf.ModelLoadException;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * What llama.cpp knows about tokens by their text alone, since files often do not say it: which end a turn, which are
 * control tokens although they are marked as plain. Source: llama.cpp llama_vocab::impl::load.
 */
final class KnownTokens {
    private static final Set<String> END_OF_TURN = Set.of(
            "<|eot_id|>",
            "<|im_end|>",
            "<|end|>",
            "<end_of_turn>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<EOT>",
            "_<EOT>",
            "[EOT]",
            "<\uff5cend\u2581of\u2581sentence\uff5c>",
            "<end_of_utterance>");

    private static final Set<String> END_OF_MESSAGE = Set.of("<|eom_id|>");

    /** These end a generation besides the ends of turn and message. */
    private static final Set<String> OTHER_ENDS = Set.of(
            "<|return|>",
            "<|call|>",
            "<|flush|>",
            "<|calls|>",
            "</s>",
            "[EOS]",
            "<eos>",
            "<turn|>",
            "<|tool_response>",
            "[e~[");

    /** gpt-oss: shown although they look like control tokens. */
    private static final Set<String> ALWAYS_SHOWN = Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

    /**
     * A role in fill-in-the-middle prompts.
     *
     * @param keys in the file that name the token; the last that is there counts
     * @param texts of tokens that have the role where no key names one
     * @param endsGeneration whether a model that writes it is done
     */
    private record FillRole(List<String> keys, Set<String> texts, boolean endsGeneration) {}

    private static final List<FillRole> FILL_ROLES = List.of(
            new FillRole(
                    List.of("fim_pre_token_id", "prefix_token_id"),
                    Set.of(
                            "<|fim_prefix|>",
                            "<fim-prefix>",
                            "<fim_prefix>",
                            "<\uff5cfim\u2581begin\uff5c>",
                            "<PRE>",
                            "\u2581<PRE>",
                            "<|code_prefix|>",
                            "<|prefix|>"),
                    false),
            new FillRole(
                    List.of("fim_suf_token_id", "suffix_token_id"),
                    Set.of(
                            "<|fim_suffix|>",
                            "<fim-suffix>",
                            "<fim_suffix>",
                            "<\uff5cfim\u2581hole\uff5c>",
                            "<SUF>",
                            "\u2581<SUF>",
                            "<|code_suffix|>",
                            "<|suffix|>"),
                    false),
            new FillRole(
                    List.of("fim_mid_token_id", "middle_token_id"),
                    Set.of(
                            "<|fim_middle|>",
                            "<fim-middle>",
                            "<fim_middle>",
                            "<\uff5cfim\u2581end\uff5c>",
                            "<MID>",
                            "\u2581<MID>",
                            "<|code_middle|>",
                            "<|middle|>"),
                    false),
            new FillRole(
                    List.of("fim_pad_token_id"),
                    Set.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
                    true),
            new FillRole(
                    List.of("fim_rep_token_id"),
                    Set.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"),
                    true),
            new FillRole(List.of("fim_sep_token_id"), Set.of("<|file_sep|>"), true));

    private final TokenIndex index;
    private final int[] attributes;
    private final BitSet ends = new BitSet();

    private KnownTokens(TokenIndex index, int[] attributes) {
        this.index = index;
        this.attributes = attributes;
    }

    /** Where the file's own special ids are asked for: a key without its prefix, or -1. */
    interface FileIds {
        int id(String key) throws ModelLoadException;
    }

    /**
     * Corrects the attributes in place.
     *
     * @return the ids that end a generation
     */
    static BitSet apply(TokenIndex index, int[] attributes, FileIds file) throws ModelLoadException {
        KnownTokens known = new KnownTokens(index, attributes);
        for (FillRole role : FILL_ROLES) {
            known.addRole(role, file);
        }
        known.addEnds(END_OF_TURN);
        known.addEnds(END_OF_MESSAGE);
        known.addEnds(OTHER_ENDS);
        for (String text : ALWAYS_SHOWN) {
            known.replaceAttributes(text, Attribute.USER_DEFINED);
        }
        for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
            int id = file.id(key);
            if (id >= 0) {
                known.ends.set(id);
            }
        }
        known.removeFalseEnds();
        return known.ends;
    }

    private void addRole(FillRole role, FileIds file) throws ModelLoadException {
        int id = -1;
        for (String key : role.keys()) {
            id = file.id(key) >= 0 ? file.id(key) : id;
        }
        if (id < 0) {
            // Of several candidates llama.cpp takes one by the order of its hash table; ours is the smallest id.
            id = role.texts().stream()
                    .mapToInt(index::find)
                    .filter(i -> i >= 0)
                    .min()
                    .orElse(-1);
            if (id >= 0) {
                attributes[id] |= Attribute.CONTROL;
            }
        }
        if (id >= 0 && role.endsGeneration()) {
            ends.set(id);
        }
    }

    private void addEnds(Set<String> candidates) {
        for (String text : candidates) {
            int id = index.find(text);
            if (id >= 0) {
                ends.set(id);
                attributes[id] |= Attribute.CONTROL;
            }
        }
    }

    private void replaceAttributes(String text, int attribute) {
        int id = index.find(text);
        if (id >= 0) {
            attributes[id] = attribute;
        }
    }

    private void removeFalseEnds() {
        boolean call = isEnd("<|call|>") || isEnd("<|calls|>");
        if (isEnd("<|end|>") && call && (isEnd("<|return|>") || isEnd("<|flush|>"))) {
            // gpt-oss, solar-open: ends a message, not the generation.
            removeEnd("<|end|>", Attribute.USER_DEFINED);
        }
        if (isEnd("<|tool_response>") && isEnd("</s>")) {
            // Gemma 4: an ordinary token.
            removeEnd("</s>", Attribute.NORMAL);
        }
    }

    private boolean isEnd(String text) {
        int id = index.find(text);
        return id >= 0 && ends.get(id);
    }

    private void removeEnd(String text, int attribute) {
        ends.clear(index.find(text));
        replaceAttributes(text, attribute);
    }

    /** Phi-3 strips white space after most special tokens, which only the model's name tells. */
    static void stripAfterPhi3Tokens(String[] texts, TokenIndex index, int[] attributes) {
        Set<String> unstripped = Set.of("<unk>", "<s>", "<|endoftext|>");
        int special = Attribute.CONTROL | Attribute.USER_DEFINED | Attribute.UNKNOWN;
        for (int id = 0; id < texts.length; id++) {
            if ((attributes[id] & special) != 0 && !unstripped.contains(texts[id])) {
                attributes[id] |= Attribute.STRIP_RIGHT;
            }
        }
    }

    /** Mask tokens take the space to their left with them. */
    static void stripBefore(String text, TokenIndex index, int[] attributes) {
        int id = index.find(text);
        if (id >= 0) {
            attributes[id] |= Attribute.STRIP_LEFT;
        }
    }
}
