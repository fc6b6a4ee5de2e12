package demitasse.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * GPT-2's byte-level byte-pair encoding: a pre-tokenizer cuts the text, the UTF-8 bytes of each piece become characters
 * of {@link ByteAlphabet}, and those are joined by rank. Sources: OpenAI gpt-2 encoder.py; llama.cpp
 * llm_tokenizer_bpe_session.
 */
final class BytePairSegmenter implements Segmenter {
    private final TokenTable tokens;
    private final MergeTable merges;
    private final PreTokenizer preTokenizer;
    private final boolean ignoreMerges;
    private final int[] byteSymbols = new int[256];

    /** @param ignoreMerges a piece that is a token as it stands is taken without merging */
    BytePairSegmenter(TokenTable tokens, MergeTable merges, PreTokenizer preTokenizer, boolean ignoreMerges) {
        this.tokens = tokens;
        this.merges = merges;
        this.preTokenizer = preTokenizer;
        this.ignoreMerges = ignoreMerges;
        for (int b = 0; b < byteSymbols.length; b++) {
            byteSymbols[b] = merges.symbol(String.valueOf(ByteAlphabet.character(b)));
        }
    }

    @Override
    public void segment(String text, boolean afterSpecial, IntList ids) {
        int[] ends = preTokenizer.split(text);
        MergeQueue queue = new MergeQueue();
        int start = 0;
        for (int end : ends) {
            piece(text.substring(start, end).getBytes(StandardCharsets.UTF_8), queue, ids);
            start = end;
        }
    }

    private void piece(byte[] utf8, MergeQueue queue, IntList ids) {
        if (ignoreMerges) {
            int whole = tokens.id(inAlphabet(utf8, 0, utf8.length));
            if (whole >= 0) {
                ids.add(whole);
                return;
            }
        }
        queue.clear();
        for (int i = 0; i < utf8.length; i++) {
            queue.add(byteSymbols[utf8[i] & 0xFF], i, i + 1);
        }
        queue.run((q, left, right) -> merges.pair(q.symbol(left), q.symbol(right)));
        for (int i = 0; i < queue.size(); i = queue.next(i)) {
            int symbol = queue.symbol(i);
            if (symbol >= 0 && symbol < tokens.size()) {
                ids.add(symbol);
            } else {
                addCharacters(inAlphabet(utf8, queue.start(i), queue.end(i)), ids);
            }
        }
    }

    /**
     * What became of a symbol that is no token: llama.cpp looks up each byte of its text, and a byte of a character
     * beyond ASCII is never a text of its own, so only ASCII characters are found and the others vanish.
     */
    private void addCharacters(String text, IntList ids) {
        for (int i = 0; i < text.length(); i++) {
            int id = text.charAt(i) < 0x80 ? tokens.index().find(text, i, i + 1) : -1;
            if (id >= 0) {
                ids.add(id);
            }
        }
    }

    private static String inAlphabet(byte[] utf8, int start, int end) {
        char[] characters = new char[end - start];
        for (int i = start; i < end; i++) {
            characters[i - start] = ByteAlphabet.character(utf8[i] & 0xFF);
        }
        return new String(characters);
    }

    @Override
    public byte[] bytes(int id) {
        String text = tokens.text(id);
        if (!tokens.has(id, Attribute.NORMAL)) {
            return tokens.has(id, Attribute.BYTE) ? ByteAlphabet.ofByteToken(text) : new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int b = c <= Character.MAX_VALUE ? ByteAlphabet.toByte((char) c) : -1;
            if (b >= 0) {
                bytes.write(b);
            } else {
                bytes.writeBytes(unknownCharacter(c, text));
            }
        }
        return bytes.toByteArray();
    }

    /** A token with a character outside the alphabet is a fault of the file; llama.cpp shows it in this form. */
    private static byte[] unknownCharacter(int c, String text) {
        StringBuilder shown = new StringBuilder("[UNK_BYTE_0x");
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            shown.append("%02x".formatted(b & 0xFF));
        }
        return shown.append(text).append(']').toString().getBytes(StandardCharsets.UTF_8);
    }
}
