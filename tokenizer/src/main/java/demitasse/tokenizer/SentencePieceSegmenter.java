package demitasse.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's byte-pair model: characters are joined to the token with the best score, and what is no token falls
 * back to byte tokens {@code <0xXX>}. Sources: sentencepiece bpe_model.cc; llama.cpp llm_tokenizer_spm_session.
 */
final class SentencePieceSegmenter implements Segmenter {
    /** Stands for a space in token texts. */
    static final char SPACE = '\u2581';

    private final TokenTable tokens;
    private final int[] priorities;
    private final int[] byteTokens = new int[256];
    private final boolean spacesDivide;

    SentencePieceSegmenter(TokenTable tokens) {
        this.tokens = tokens;
        priorities = new int[tokens.size()];
        for (int id = 0; id < priorities.length; id++) {
            priorities[id] = priority(tokens.scores()[id]);
        }
        for (int value = 0; value < byteTokens.length; value++) {
            int id = tokens.id(ByteAlphabet.byteToken(value));
            if (id < 0 && value < 0x80) {
                id = tokens.id(String.valueOf((char) value));
            }
            byteTokens[value] = id >= 0 ? id : tokens.special().unknown();
        }
        spacesDivide = spacesDivide();
    }

    /**
     * Whether no token has a space after something else, as is usual. Then nothing joins across such a place, and text
     * can be worked off word by word, in caches rather than in memory.
     */
    private boolean spacesDivide() {
        for (int id = 0; id < tokens.size(); id++) {
            String text = tokens.text(id);
            for (int i = 1; i < text.length(); i++) {
                if (startsWord(text, i)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean startsWord(String text, int i) {
        return text.charAt(i) == SPACE && text.charAt(i - 1) != SPACE;
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
        int start = 0;
        for (int end = 1; end <= escaped.length(); end++) {
            if (end == escaped.length() || spacesDivide && startsWord(escaped, end)) {
                segment(escaped, start, end, queue, ids);
                start = end;
            }
        }
    }

    private void segment(String text, int start, int end, MergeQueue queue, IntList ids) {
        queue.clear();
        for (int i = start; i < end; ) {
            int after = i + Character.charCount(text.codePointAt(i));
            queue.add(tokens.index().find(text, i, after), i, after);
            i = after;
        }
        queue.run((q, left, right) -> {
            int id = tokens.index().find(text, q.start(left), q.end(right));
            return id < 0 ? MergeQueue.NONE : MergeQueue.pack(priorities[id], id);
        });
        for (int i = 0; i < queue.size(); i = queue.next(i)) {
            if (queue.symbol(i) >= 0) {
                ids.add(queue.symbol(i));
            } else {
                addBytes(text.substring(queue.start(i), queue.end(i)), ids);
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
        return tokens.has(id, Attribute.BYTE) ? ByteAlphabet.ofByteToken(text) : new byte[0];
    }
}
