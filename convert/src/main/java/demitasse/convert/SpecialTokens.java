package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import demitasse.gguf.GgufValue;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which tokens begin, end, separate and fill, which of them are put around a text, and how BERT's texts are
 * normalised. Source: llama.cpp's gguf-py, SpecialVocab.
 */
final class SpecialTokens {
    /** Kinds by their names in Hugging Face's files, with GGUF's name for the id. */
    private static final Map<String, String> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put("bos", "bos_token_id");
        KEYS.put("eos", "eos_token_id");
        KEYS.put("unk", "unknown_token_id");
        KEYS.put("sep", "seperator_token_id"); // as llama.cpp spells it
        KEYS.put("pad", "padding_token_id");
        KEYS.put("mask", "mask_token_id");
        KEYS.put("eot", "eot_token_id");
        KEYS.put("eom", "eom_token_id");
    }

    private static final String PREFIX = "tokenizer.ggml.";

    private final HfFolder folder;
    private final JsonFile config;
    private final JsonFile tokenizer;
    private final JsonFile tokenizerConfig;
    private final TokenList tokens;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Boolean> added = new LinkedHashMap<>();

    SpecialTokens(HfFolder folder, JsonFile config, JsonFile tokenizer, JsonFile tokenizerConfig, TokenList tokens) {
        this.folder = folder;
        this.config = config;
        this.tokenizer = tokenizer;
        this.tokenizerConfig = tokenizerConfig;
        this.tokens = tokens;
    }

    void addTo(Map<String, GgufValue> keys) throws IOException {
        readTexts();
        postProcessor(tokenizer.root().path("post_processor"));
        for (String kind : new String[] {"bos", "eos", "sep"}) {
            Optional<Boolean> flag = TokenizerKeys.flag(tokenizerConfig, "add_" + kind + "_token");
            flag.ifPresent(add -> added.putIfAbsent(kind, add));
        }
        JsonFile generation = folder.json("generation_config.json");
        for (Map.Entry<String, String> kind : KEYS.entrySet()) {
            id(kind.getKey(), generation).ifPresent(id -> keys.put(PREFIX + kind.getValue(), GgufValue.u32(id)));
        }
        added.forEach((kind, add) -> keys.put(PREFIX + "add_" + kind + "_token", GgufValue.bool(add)));
        normalizer(tokenizer.root().path("normalizer"), keys);
        if (!tokenizer.has("model")) {
            TokenizerKeys.flag(tokenizerConfig, "do_lower_case")
                    .ifPresent(lower -> keys.put(PREFIX + "normalizer.lowercase", GgufValue.bool(lower)));
        }
    }

    private void readTexts() throws IOException {
        JsonFile map = folder.json("special_tokens_map.json");
        for (String kind : new String[] {"bos", "eos", "unk", "sep", "pad", "mask", "cls"}) {
            for (JsonFile file : new JsonFile[] {map, tokenizerConfig}) {
                JsonNode entry = file.root().path(kind + "_token");
                String text = entry.isObject() ? entry.path("content").asText("") : entry.asText("");
                if (!entry.isNull() && !text.isEmpty()) {
                    texts.put(kind, text);
                }
            }
        }
        // BERT's names for the first and the last token of a text.
        if (texts.containsKey("cls")) {
            texts.putIfAbsent("bos", texts.get("cls"));
        }
        if (texts.containsKey("sep")) {
            texts.putIfAbsent("eos", texts.get("sep"));
        }
    }

    private Optional<Integer> id(String kind, JsonFile generation) {
        Optional<Integer> named = Optional.ofNullable(texts.get(kind)).flatMap(this::idOf);
        if (named.isPresent()) {
            return named;
        }
        for (JsonFile file : new JsonFile[] {config, generation}) {
            JsonNode node = file.root().path(kind + "_token_id");
            // Several ends of a text: the first; the others are known by their texts.
            JsonNode id = node.isArray() ? node.path(0) : node;
            if (id.isInt() && id.intValue() >= 0 && id.intValue() < tokens.size()) {
                return Optional.of(id.intValue());
            }
        }
        return Optional.empty();
    }

    private Optional<Integer> idOf(String text) {
        for (JsonNode token : tokenizer.root().path("added_tokens")) {
            if (token.path("content").asText("").equals(text)) {
                return Optional.of(token.path("id").asInt());
            }
        }
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.text(id).equals(text) && tokens.type(id) != TokenList.UNUSED) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private void postProcessor(JsonNode node) {
        if (node.path("type").asText("").equals("Sequence")) {
            node.path("processors").forEach(this::simplePostProcessor);
        } else {
            simplePostProcessor(node);
        }
    }

    private void simplePostProcessor(JsonNode node) {
        switch (node.path("type").asText("")) {
            case "ByteLevel" -> {
                added.putIfAbsent("bos", false);
                added.putIfAbsent("eos", false);
            }
            case "TemplateProcessing" -> {
                String first = special(node.path("single").path(0));
                String last =
                        special(node.path("single").path(node.path("single").size() - 1));
                if (node.path("single").size() > 1) {
                    single(first, last);
                    pair(node.path("pair"), first, last);
                }
            }
            case "BertProcessing" -> around(node);
            case "RobertaProcessing" -> {
                around(node);
                added.put("sep", true);
            }
            default -> {}
        }
    }

    private void around(JsonNode node) {
        single(node.path("cls").path(0).asText(""), node.path("sep").path(0).asText(""));
    }

    /** What stands before and after a text; empty for nothing. */
    private void single(String first, String last) {
        if (!first.isEmpty()) {
            texts.putIfAbsent("bos", first);
            texts.putIfAbsent("cls", first);
            added.put("bos", first.equals(texts.get("bos")) || first.equals(texts.get("cls")));
        }
        if (!last.isEmpty()) {
            String end = texts.put("eos", last);
            if (end != null && !end.equals(last)) {
                texts.put(texts.containsKey("eot") ? "eom" : "eot", end);
            }
            added.put("eos", true);
        }
    }

    /** Whether two texts have a separator between them, beside the end of the first. */
    private void pair(JsonNode pair, String first, String last) {
        int start = !first.isEmpty() && first.equals(special(pair.path(0))) ? 1 : 0;
        int stop = pair.size() - (!last.isEmpty() && last.equals(special(pair.path(pair.size() - 1))) ? 1 : 0);
        if (stop - start < 3) {
            return;
        }
        boolean separates = last.isEmpty() && isSeparator(pair.path(start + 1));
        separates |= stop - start == 4 && isSeparator(pair.path(start + 2));
        added.put("sep", separates);
        if (separates && texts.containsKey("eos")) {
            texts.putIfAbsent("sep", texts.get("eos"));
        }
    }

    private boolean isSeparator(JsonNode step) {
        String text = special(step);
        return !text.isEmpty() && (text.equals(texts.get("sep")) || text.equals(texts.get("eos")));
    }

    private static String special(JsonNode step) {
        return step.path("SpecialToken").path("id").asText("");
    }

    private static void normalizer(JsonNode node, Map<String, GgufValue> keys) {
        JsonNode yes = JsonNodeFactory.instance.booleanNode(true);
        switch (node.path("type").asText("")) {
            case "Lowercase" -> flag(keys, "lowercase", yes);
            case "StripAccents" -> flag(keys, "strip_accents", yes);
            case "BertNormalizer" -> {
                flag(keys, "lowercase", node.path("lowercase"));
                flag(keys, "strip_accents", node.path("strip_accents"));
            }
            case "Sequence" -> node.path("normalizers").forEach(part -> normalizer(part, keys));
            default -> {}
        }
    }

    private static void flag(Map<String, GgufValue> keys, String name, JsonNode value) {
        if (value.isBoolean()) {
            keys.put(PREFIX + "normalizer." + name, GgufValue.bool(value.booleanValue()));
        }
    }
}
