package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.ModelLoadException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The merges of a tokenizer.json: pairs, or in older files texts with a space between the two. */
final class Merges {
    /** A space inside a token, in GPT-2's alphabet of bytes. */
    private static final String BYTE_SPACE = "\u0120";

    private Merges() {}

    /** Each as GGUF has it: two texts and a space between them. */
    static List<String> of(JsonFile tokenizer) throws ModelLoadException {
        JsonFile model = tokenizer.object("model");
        JsonNode list = model.root().path("merges");
        if (!list.isArray()) {
            throw model.wrong("merges", "an array", list);
        }
        List<String> merges = new ArrayList<>(list.size());
        for (JsonNode merge : list) {
            if (merge.isTextual()) {
                merges.add(merge.textValue());
            } else if (merge.size() == 2
                    && merge.path(0).isTextual()
                    && merge.path(1).isTextual()) {
                String left = merge.get(0).textValue().replace(" ", BYTE_SPACE);
                merges.add(left + " " + merge.get(1).textValue().replace(" ", BYTE_SPACE));
            } else {
                throw model.wrong("merges", "two texts", merge);
            }
        }
        return merges;
    }

    /** For each token that is made by merges, which is the first of them. */
    static Map<String, Integer> ranks(JsonFile tokenizer) throws ModelLoadException {
        Map<String, Integer> ranks = new HashMap<>();
        for (String merge : of(tokenizer)) {
            ranks.putIfAbsent(merge.replaceFirst(" ", ""), ranks.size());
        }
        return ranks;
    }
}
