package demitasse.phi3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import demitasse.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Texts that end a repetition, as the tokens which hold them or begin them. */
final class DryBreakers {
    /** llama.cpp's limits; a longer text is cut. */
    private static final int MOST_BYTES = 40;

    private static final int MOST_TOKENS = 20;

    private DryBreakers() {}

    /** From the first token to the rests that must follow it. */
    static Map<Integer, List<int[]>> of(List<String> texts, Tokenizer tokenizer) {
        Map<Integer, List<int[]>> found = new HashMap<>();
        int tokens = tokenizer.vocabulary().size();
        for (int id = 0; id < tokens; id++) {
            // A char of these strings is a byte: tokens may be parts of characters.
            String piece = new String(tokenizer.piece(id, true), ISO_8859_1);
            for (String text : texts) {
                byte[] bytes = text.getBytes(UTF_8);
                String sought = new String(bytes, 0, Math.min(bytes.length, MOST_BYTES), ISO_8859_1);
                add(found, id, piece, sought, tokenizer);
            }
        }
        return found;
    }

    private static void add(Map<Integer, List<int[]>> found, int id, String piece, String text, Tokenizer tokenizer) {
        if (piece.contains(text)) {
            put(found, id, new int[0]);
            return;
        }
        for (int length = Math.min(piece.length(), text.length() - 1); length > 0; length--) {
            if (piece.endsWith(text.substring(0, length))) {
                String rest = new String(text.substring(length).getBytes(ISO_8859_1), UTF_8);
                int[] ids = tokenizer.encode(rest, false, false);
                put(found, id, Arrays.copyOf(ids, Math.min(ids.length, MOST_TOKENS)));
            }
        }
    }

    private static void put(Map<Integer, List<int[]>> found, int id, int[] rest) {
        List<int[]> rests = found.computeIfAbsent(id, key -> new ArrayList<>());
        if (rests.stream().noneMatch(other -> Arrays.equals(other, rest))) {
            rests.add(rest);
        }
    }
}
