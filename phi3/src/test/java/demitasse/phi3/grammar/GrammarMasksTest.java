package demitasse.phi3.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufFile;
import demitasse.testkit.SharedData;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** golden/grammar/masks.jsonl: which tokens llama.cpp leaves possible. */
class GrammarMasksTest {
    private final Map<String, Tokenizer> tokenizers = new HashMap<>();
    private final Map<String, GrammarVocabulary> vocabularies = new HashMap<>();

    @Test
    void masksAreThoseOfLlamaCpp() throws Exception {
        Map<String, Grammar> grammars = new HashMap<>();
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/grammar/grammars.jsonl"))) {
            grammars.put(
                    row.get("name").asText(), Grammar.parse(row.get("grammar").asText()));
        }
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/grammar/masks.jsonl"))) {
            String vocabulary = row.get("vocab").asText();
            tokenizer(vocabulary);
            Grammar grammar = grammars.get(row.get("grammar").asText());
            GrammarMasks masks = vocabularies.get(vocabulary).masks(grammar);
            for (int step = 0; step < row.get("steps").size(); step++) {
                if (step > 0) {
                    masks.accept(row.get("tokens").get(step - 1).asInt());
                }
                BitSet allowed = masks.allowed();
                JsonNode expected = row.get("steps").get(step);
                String at = vocabulary + " " + row.get("grammar") + " " + row.get("text") + " step " + step;
                assertEquals(expected.get("n_allowed").asInt(), allowed.cardinality(), at + ": count");
                assertEquals(expected.get("sha256").asText(), sha256(allowed), at);
            }
        }
    }

    private Tokenizer tokenizer(String name) throws IOException {
        Tokenizer known = tokenizers.get(name);
        if (known == null) {
            try (GgufFile file = GgufFile.open(SharedData.require("golden/tokenizer/" + name))) {
                known = Tokenizers.load(file.metadata());
            }
            tokenizers.put(name, known);
            vocabularies.put(name, new GrammarVocabulary(known));
        }
        return known;
    }

    private static String sha256(BitSet ids) throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(ids.cardinality() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ids.stream().forEach(bytes::putInt);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
