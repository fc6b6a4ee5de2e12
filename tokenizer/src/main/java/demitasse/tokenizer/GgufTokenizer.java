package demitasse.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Special tokens around a {@link Segmenter}. Source: llama.cpp llama_vocab::impl::tokenize, detokenize. */
final class GgufTokenizer implements Tokenizer {
    private static final byte[] NOTHING = {};

    private final TokenTable tokens;
    private final Segmenter segmenter;
    private final SpecialTokenSplitter splitter;

    GgufTokenizer(TokenTable tokens, Segmenter segmenter) {
        this.tokens = tokens;
        this.segmenter = segmenter;
        splitter = new SpecialTokenSplitter(tokens);
    }

    @Override
    public Vocabulary vocabulary() {
        return tokens;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        String clean = Unicode.wellFormed(text);
        IntList ids = new IntList(clean.length() / 3 + 4);
        if (addSpecial && tokens.flags().addBos()) {
            ids.add(tokens.bos());
        }
        boolean afterSpecial = true;
        for (SpecialTokenSplitter.Fragment fragment : splitter.split(clean, parseSpecial)) {
            if (fragment.isText()) {
                segmenter.segment(clean.substring(fragment.start(), fragment.end()), afterSpecial, ids);
                afterSpecial = false;
            } else {
                ids.add(fragment.token());
                afterSpecial = true;
            }
        }
        if (addSpecial && tokens.kind() == TokenTable.Kind.WORD_PIECE) {
            ids.add(tokens.special().separator());
        } else if (addSpecial && tokens.flags().addEos()) {
            ids.add(tokens.eos());
        }
        return ids.toArray();
    }

    @Override
    public byte[] decode(int[] ids, boolean removeSpecial, boolean unparseSpecial) {
        int start = 0;
        int end = ids.length;
        boolean dropSpace = tokens.flags().addSpacePrefix();
        if (removeSpecial && tokens.addsBos() && end > 0 && ids[0] == tokens.bos()) {
            dropSpace = false;
            start++;
        }
        if (removeSpecial && tokens.addsEos() && end > start && ids[end - 1] == tokens.eos()) {
            end--;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = start; i < end; i++) {
            byte[] piece = piece(ids[i], unparseSpecial);
            int skip = dropSpace && piece.length > 0 && piece[0] == ' ' ? 1 : 0;
            bytes.write(piece, skip, piece.length - skip);
            dropSpace = false;
        }
        return tokens.flags().cleanSpaces() ? SpaceCleaner.clean(bytes.toByteArray()) : bytes.toByteArray();
    }

    @Override
    public byte[] piece(int id, boolean special) {
        boolean hidden = tokens.has(id, Attribute.CONTROL | Attribute.UNKNOWN);
        if (hidden && !special) {
            return NOTHING;
        }
        return hidden || tokens.has(id, Attribute.USER_DEFINED)
                ? tokens.text(id).getBytes(StandardCharsets.UTF_8)
                : segmenter.bytes(id);
    }
}
