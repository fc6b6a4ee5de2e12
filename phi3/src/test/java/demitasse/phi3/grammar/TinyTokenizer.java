package demitasse.phi3.grammar;

import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A vocabulary for tests. Token 0 ends a generation; tokens written as {@code <x>} are control tokens. */
final class TinyTokenizer implements Tokenizer, Vocabulary {
    private final List<String> pieces;

    TinyTokenizer(String... pieces) {
        this.pieces = List.of(pieces);
    }

    @Override
    public Vocabulary vocabulary() {
        return this;
    }

    /** The one token that is the whole text, or nothing. */
    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        return pieces.contains(text) ? new int[] {pieces.indexOf(text)} : new int[0];
    }

    @Override
    public byte[] decode(int[] ids, boolean removeSpecial, boolean unparseSpecial) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int id : ids) {
            all.writeBytes(piece(id, !removeSpecial));
        }
        return all.toByteArray();
    }

    @Override
    public byte[] piece(int id, boolean special) {
        return isControl(id) && !special ? new byte[0] : pieces.get(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int size() {
        return pieces.size();
    }

    @Override
    public String text(int id) {
        return pieces.get(id);
    }

    @Override
    public int id(String text) {
        return pieces.indexOf(text);
    }

    @Override
    public int bos() {
        return -1;
    }

    @Override
    public int eos() {
        return 0;
    }

    @Override
    public boolean addsBos() {
        return false;
    }

    @Override
    public boolean addsEos() {
        return false;
    }

    @Override
    public boolean isEndOfGeneration(int id) {
        return id == 0;
    }

    @Override
    public boolean isControl(int id) {
        return pieces.get(id).matches("<.*>");
    }
}
