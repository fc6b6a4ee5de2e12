package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/** llama.cpp's way to write tokens: a text, or an array in which tokens may stand between texts. */
final class MixedText {
    private MixedText() {}

    /**
     * @param addSpecial whether the first text begins as the vocabulary asks for
     * @throws ApiException 400 if it is neither
     */
    static int[] encode(JsonNode content, String name, Tokenizer tokenizer, boolean addSpecial, boolean parseSpecial) {
        if (content.isMissingNode()) {
            throw ApiException.missing(name);
        }
        if (!content.isArray()) {
            return tokenizer.encode(Fields.asText(content, name), addSpecial, parseSpecial);
        }
        IntStream.Builder ids = IntStream.builder();
        int vocabulary = tokenizer.vocabulary().size();
        boolean first = true;
        for (JsonNode part : content) {
            int[] more = part.isTextual()
                    ? tokenizer.encode(Fields.asText(part, name), first && addSpecial, parseSpecial)
                    : Fields.tokens(Json.array(part), name, vocabulary);
            Arrays.stream(more).forEach(ids::add);
            first = false;
        }
        return ids.build().toArray();
    }

    /** Tokens as text, control tokens too. */
    static String decode(int[] ids, Tokenizer tokenizer) {
        return new String(tokenizer.decode(ids, false, true), StandardCharsets.UTF_8);
    }
}
