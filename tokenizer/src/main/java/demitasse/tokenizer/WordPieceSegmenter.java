package demitasse.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * BERT's WordPiece: each word is covered greedily by the longest tokens, and a word that cannot be covered is one
 * unknown token. GGUF files mark a token that starts a word with U+2581 (BERT itself marks the others, with
 * {@code ##}). Source: llama.cpp llm_tokenizer_wpm_session.
 */
final class WordPieceSegmenter implements Segmenter {
    private final TokenTable tokens;
    private final BertNormalizer normalizer;

    WordPieceSegmenter(TokenTable tokens, BertNormalizer normalizer) {
        this.tokens = tokens;
        this.normalizer = normalizer;
    }

    @Override
    public void segment(String text, boolean afterSpecial, IntList ids) {
        normalizer.words(text, word -> cover(SentencePieceSegmenter.SPACE + word, ids));
    }

    private void cover(String word, IntList ids) {
        int before = ids.size();
        TokenIndex index = tokens.index();
        int start = 0;
        while (start < word.length()) {
            int end = Math.min(word.length(), start + index.maxLength());
            int id = index.find(word, start, end);
            while (id < 0 && end > start + 1) {
                id = index.find(word, start, --end);
            }
            if (id < 0) {
                ids.truncate(before);
                ids.add(tokens.special().unknown());
                return;
            }
            ids.add(id);
            start = end;
        }
    }

    @Override
    public byte[] bytes(int id) {
        return tokens.has(id, Attribute.NORMAL)
                ? tokens.text(id).replace(SentencePieceSegmenter.SPACE, ' ').getBytes(StandardCharsets.UTF_8)
                : new byte[0];
    }
}
