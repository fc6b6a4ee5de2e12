package demitasse.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's byte-pair model: characters are joined to the token with the best score, and what is no token falls
 * back to byte tokens {@code <0xXX>}. Sources: sentencepiece bpe_model.cc; llama.cpp llm_tokenizer_spm_session.
 */
final class SentencePieceSegmenter implements Segmenter {
    /** Stands for a space in token texts. */
    static final char SPACE = '\u2581';

    private static final int BYTE_TEXT_LENGTH = "<0x00>".length();

    private final TokenTable tokens;
    private final int[] priorities;
    private final int[] byteTokens = new int[256];

    SentencePieceSegmenter(TokenTable tokens) {
        this.tokens = tokens;
        priorities = new int[tokens.size()];
        for (int id = 0; id < priorities.length; id++) {
            priorities[id] = priority(tokens.scores()[id]);
        }
        for (int value = 0; value < byteTokens.length; value++) {
            int id = tokens.id("<0x%02X>".formatted(value));
            if (id < 0 && value < 0x80) {
                id = tokens.id(String.valueOf((char) value));
            }
            byteTokens[value] = id >= 0 ? id : tokens.special().unknown();
        }
    }

    /** Turns "greater score first" into "smaller number first". */
    private static int priority(float score) {
        int bits = Float.floatToIntBits(score + 0.0f);
        return ~(bits ^ bits >> 31 & Integer.MAX_VALUE);
    }

    @Override
    public void segment(String text, boolean afterSpecial, IntList ids) {
        boolean prefix = afterSpecial && tokens.flags().addSpacePrefix();
        String escaped = (prefix ? SPACE + text : text).replace(' ', SPACE);
        MergeQueue queue = new MergeQueue();
        for (int i = 0; i < escaped.length(); ) {
            int end = escaped.offsetByCodePoints(i, 1);
            queue.add(tokens.index().find(escaped, i, end), i, end);
            i = end;
        }
        queue.run((q, left, right) -> {
            int id = tokens.index().find(escaped, q.start(left), q.end(right));
            return id < 0 ? MergeQueue.NONE : MergeQueue.pack(priorities[id], id);
        });
        for (int i = 0; i < queue.size(); i = queue.next(i)) {
            if (queue.symbol(i) >= 0) {
                ids.add(queue.symbol(i));
            } else {
                addBytes(escaped.substring(queue.start(i), queue.end(i)), ids);
            }
        }
    }

    private void addBytes(String character, IntList ids) {
        for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
            int id = byteTokens[b & 0xFF];
            if (id >= 0) {
                ids.add(id);
            }
        }
    }

    @Override
    public byte[] bytes(int id) {
        String text = tokens.text(id);
        if (tokens.has(id, Attribute.NORMAL)) {
            return text.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
        }
        if (tokens.has(id, Attribute.BYTE) && text.length() == BYTE_TEXT_LENGTH) {
            return new byte[] {(byte) Integer.parseInt(text, 3, 5, 16)};
        }
        return new byte[0];
    }
}
