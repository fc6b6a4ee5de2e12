package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufValue;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code tokenizer.*} keys. Which files are read: tokenizer.model (SentencePiece) if it is there, else
 * tokenizer.json, for BERT else vocab.txt. Source: llama.cpp's conversion/base.py and the set_vocab of each model.
 */
final class TokenizerKeys {
    static final String MODEL = "tokenizer.model";
    static final String JSON = "tokenizer.json";
    static final String CONFIG = "tokenizer_config.json";
    private static final String PREFIX = "tokenizer.ggml.";

    private final HfFolder folder;
    private final Family family;
    private final JsonFile config;
    private final JsonFile tokenizer;
    private final JsonFile tokenizerConfig;
    private final Optional<String> preTokenizer;
    private final List<String> notes;

    TokenizerKeys(HfFolder folder, Family family, JsonFile config, Optional<String> preTokenizer, List<String> notes)
            throws IOException {
        this.folder = folder;
        this.family = family;
        this.config = config;
        this.tokenizer = folder.json(JSON);
        this.tokenizerConfig = folder.json(CONFIG);
        this.preTokenizer = preTokenizer;
        this.notes = notes;
    }

    void addTo(Map<String, GgufValue> keys) throws IOException {
        TokenList tokens = tokens(keys);
        new SpecialTokens(folder, config, tokenizer, tokenizerConfig, tokens).addTo(keys);
        ChatTemplates.addTo(keys, folder, tokenizerConfig);
    }

    private TokenList tokens(Map<String, GgufValue> keys) throws IOException {
        String kind = tokenizer.object("model").text("type").orElse("");
        boolean byteLevel = tokenizerConfig.text("tokenizer_class").orElse("").equals("GPT2Tokenizer");
        if (family == Family.BERT) {
            return wordPiece(keys, kind);
        }
        if (folder.has(MODEL) && !byteLevel) {
            return sentencePiece(keys);
        }
        if (!folder.has(JSON)) {
            throw new ModelLoadException("the folder", MODEL + " or " + JSON, "neither");
        }
        if (!kind.equals("BPE")) {
            throw tokenizer.wrong(
                    "model, type", "BPE", tokenizer.root().path("model").path("type"));
        }
        boolean byteFallback =
                tokenizer.root().path("model").path("byte_fallback").asBoolean(false);
        return byteFallback ? bytesAsTokens(keys) : bytePair(keys);
    }

    private void begin(Map<String, GgufValue> keys, String model, String pre) {
        keys.put(PREFIX + "model", GgufValue.string(model));
        keys.put(PREFIX + "pre", GgufValue.string(preTokenizer.orElse(pre)));
    }

    private TokenList sentencePiece(Map<String, GgufValue> keys) throws IOException {
        SentencePieceModel model = SentencePieceModel.read(folder.file(MODEL));
        if (!model.isBytePair()) {
            notes.add(MODEL + " is no BPE model: texts will be cut a little differently than by its own library");
        }
        TokenList tokens = model.tokens(config.integer("vocab_size").orElse(model.size()));
        for (AddedTokens.Token token : AddedTokens.ofMap(folder.json("added_tokens.json"))) {
            tokens.setAdded(token, false, "added_tokens.json");
        }
        // Phi-3 is taken at its word about which tokens are special, and tokenizer.json is heard, too.
        boolean literal = family == Family.PHI3;
        addAll(tokens, AddedTokens.ofConfig(tokenizerConfig), CONFIG, literal);
        if (literal) {
            addAll(tokens, AddedTokens.ofTokenizer(tokenizer), JSON, true);
        }
        begin(keys, "llama", "default");
        tokens.addTo(keys, true);
        Optional<Boolean> prefix = flag(tokenizerConfig, "add_prefix_space");
        if (prefix.isPresent() || !model.addsPrefix()) {
            keys.put(PREFIX + "add_space_prefix", GgufValue.bool(prefix.orElse(false)));
        }
        return tokens;
    }

    private static void addAll(TokenList tokens, List<AddedTokens.Token> added, String where, boolean literal)
            throws ModelLoadException {
        for (AddedTokens.Token token : added) {
            tokens.setAdded(token, literal ? token.special() : token.isControl(), where);
        }
    }

    private TokenList bytePair(Map<String, GgufValue> keys) throws IOException {
        begin(keys, "gpt2", preTokenizer.isPresent() ? "" : PreTokenizerNames.of(tokenizer));
        TokenList tokens = vocabulary();
        tokens.addTo(keys, false);
        keys.put(PREFIX + "merges", GgufValue.strings(Merges.of(tokenizer).toArray(String[]::new)));
        return tokens;
    }

    /** A SentencePiece vocabulary that is only there as tokenizer.json: the order of the merges gives the scores. */
    private TokenList bytesAsTokens(Map<String, GgufValue> keys) throws IOException {
        TokenList tokens = vocabulary();
        String unknown = tokenizer.object("model").text("unk_token").orElse("");
        Map<String, Integer> ranks = Merges.ranks(tokenizer);
        for (int id = 0; id < tokens.size(); id++) {
            String text = tokens.text(id);
            if (text.equals(unknown)) {
                tokens.set(id, text, TokenList.UNKNOWN, 0);
            } else if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
                tokens.set(id, text, TokenList.BYTE, 0);
            } else if (tokens.type(id) == TokenList.NORMAL) {
                tokens.set(id, text, TokenList.NORMAL, -ranks.getOrDefault(text, ranks.size()));
            }
        }
        begin(keys, "llama", "default");
        tokens.addTo(keys, true);
        keys.put(PREFIX + "add_space_prefix", GgufValue.bool(addsPrefix()));
        return tokens;
    }

    /** Whether a space is put before a text: by the normalizer or by the pre-tokenizer. */
    private boolean addsPrefix() throws ModelLoadException {
        Optional<Boolean> configured = flag(tokenizerConfig, "add_prefix_space");
        if (configured.isPresent()) {
            return configured.get();
        }
        if (!tokenizer.root().path("normalizer").findValuesAsText("prepend").isEmpty()) {
            return true;
        }
        JsonNode metaspace = tokenizer.root().path("pre_tokenizer");
        String scheme = metaspace.path("prepend_scheme").asText("always");
        return metaspace.path("type").asText("").equals("Metaspace") && !scheme.equals("never");
    }

    private TokenList wordPiece(Map<String, GgufValue> keys, String kind) throws IOException {
        TokenList tokens = kind.isEmpty() ? WordList.read(folder, config, tokenizerConfig) : vocabulary();
        if (!kind.isEmpty() && !kind.equals("WordPiece")) {
            throw tokenizer.wrong(
                    "model, type", "WordPiece", tokenizer.root().path("model").path("type"));
        }
        TokenList phantom = new TokenList(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            String text = tokens.text(id);
            boolean whole = tokens.type(id) != TokenList.CONTROL;
            String marked = text.startsWith("##") ? text.substring(2) : TokenList.SPACE + text;
            phantom.set(id, whole ? marked : text, tokens.type(id), 0);
        }
        begin(keys, "bert", "bert-bge");
        phantom.addTo(keys, false);
        return tokens;
    }

    /** The vocabulary of tokenizer.json with its added tokens. */
    private TokenList vocabulary() throws ModelLoadException {
        JsonFile vocabulary = tokenizer.object("model").object("vocab");
        TokenList tokens = new TokenList(config.positive("vocab_size"));
        for (Map.Entry<String, JsonNode> pair : vocabulary.root().properties()) {
            if (!pair.getValue().isIntegralNumber() || !pair.getValue().canConvertToInt()) {
                throw vocabulary.wrong(pair.getKey(), "an id", pair.getValue());
            }
            tokens.setNormal(pair.getValue().intValue(), pair.getKey(), vocabulary.name());
        }
        addAll(tokens, AddedTokens.ofConfig(tokenizerConfig), CONFIG, false);
        addAll(tokens, AddedTokens.ofTokenizer(tokenizer), JSON, false);
        return tokens;
    }

    static Optional<Boolean> flag(JsonFile file, String field) throws ModelLoadException {
        if (!file.has(field)) {
            return Optional.empty();
        }
        if (!file.root().get(field).isBoolean()) {
            throw file.wrong(field, "true or false", file.root().get(field));
        }
        return Optional.of(file.root().get(field).booleanValue());
    }
}
