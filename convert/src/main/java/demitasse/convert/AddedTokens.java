package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.ModelLoadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tokens that were added to a vocabulary: control tokens of chat models and the like. */
final class AddedTokens {
    /** @param special whether it is said to be a control token */
    record Token(int id, String text, boolean special) {
        /** Some models do not mark tokens that ought to be control tokens. Source: llama.cpp, does_token_look_special. */
        boolean isControl() {
            return special
                    || LOOK_SPECIAL.contains(text)
                    || text.startsWith("<|") && text.endsWith("|>")
                    || text.startsWith("<\uff5c") && text.endsWith("\uff5c>")
                    || text.startsWith("<unused") && text.endsWith(">");
        }
    }

    private static final Set<String> LOOK_SPECIAL = Set.of("<pad>", "<mask>", "<2mass>", "[@BOS@]");

    private AddedTokens() {}

    /** Those of tokenizer.json. */
    static List<Token> ofTokenizer(JsonFile tokenizer) throws ModelLoadException {
        List<Token> tokens = new ArrayList<>();
        for (JsonNode node : tokenizer.root().path("added_tokens")) {
            tokens.add(token(tokenizer, "added_tokens", node.path("id"), node));
        }
        return tokens;
    }

    /** Those of tokenizer_config.json, which are keyed by their ids. */
    static List<Token> ofConfig(JsonFile config) throws ModelLoadException {
        List<Token> tokens = new ArrayList<>();
        JsonFile added = config.object("added_tokens_decoder");
        for (Map.Entry<String, JsonNode> pair : added.root().properties()) {
            if (!pair.getKey().matches("[0-9]{1,9}")) {
                throw added.wrong(pair.getKey(), "an id", pair.getValue());
            }
            tokens.add(token(Integer.parseInt(pair.getKey()), added, pair.getKey(), pair.getValue()));
        }
        return tokens;
    }

    /** Those of the older added_tokens.json, which maps texts to ids. */
    static List<Token> ofMap(JsonFile map) throws ModelLoadException {
        List<Token> tokens = new ArrayList<>();
        for (String text :
                map.root().properties().stream().map(Map.Entry::getKey).toList()) {
            tokens.add(new Token(map.integer(text).orElse(-1), text, false));
        }
        return tokens;
    }

    private static Token token(JsonFile file, String field, JsonNode id, JsonNode node) throws ModelLoadException {
        if (!id.isIntegralNumber() || !id.canConvertToInt()) {
            throw file.wrong(field, "an id", node);
        }
        return token(id.intValue(), file, field, node);
    }

    private static Token token(int id, JsonFile file, String field, JsonNode node) throws ModelLoadException {
        JsonNode content = node.path("content");
        if (!content.isTextual()) {
            throw file.wrong(field, "a token with its content", node);
        }
        return new Token(id, content.textValue(), node.path("special").asBoolean(false));
    }
}
