package demitasse.tokenizer;

import java.util.BitSet;

/**
 * The vocabulary of a GGUF file with what llama.cpp derives from it. Made by {@link TokenTableReader}.
 *
 * @param kind of {@code tokenizer.ggml.model}
 * @param attributes of each token, bits of {@link Attribute}
 * @param scores of each token; all 0 where the file has none
 * @param special the well-known ids
 * @param flags what to add and clean
 * @param endOfGeneration ids that end a generation
 */
record TokenTable(
        Kind kind,
        String[] texts,
        TokenIndex index,
        int[] attributes,
        float[] scores,
        SpecialIds special,
        Flags flags,
        BitSet endOfGeneration)
        implements Vocabulary {

    /** The tokenizer families that we have, by their name in the file. */
    enum Kind {
        SENTENCE_PIECE("llama"),
        BYTE_PAIR("gpt2"),
        WORD_PIECE("bert");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Ids with a meaning; -1 where there is none. */
    record SpecialIds(int bos, int eos, int eot, int eom, int unknown, int separator, int padding, int mask) {}

    /**
     * @param addSpacePrefix SentencePiece: a space goes before text that starts or follows a special token
     * @param cleanSpaces decoding removes spaces before punctuation
     */
    record Flags(boolean addBos, boolean addEos, boolean addSpacePrefix, boolean cleanSpaces) {}

    boolean has(int id, int attribute) {
        return (attributes[id] & attribute) != 0;
    }

    @Override
    public int size() {
        return texts.length;
    }

    @Override
    public String text(int id) {
        return texts[id];
    }

    @Override
    public int id(String text) {
        return index.find(text);
    }

    @Override
    public int bos() {
        return special.bos();
    }

    @Override
    public int eos() {
        return special.eos();
    }

    @Override
    public boolean addsBos() {
        return flags.addBos();
    }

    @Override
    public boolean addsEos() {
        return flags.addEos();
    }

    @Override
    public boolean isEndOfGeneration(int id) {
        return id >= 0 && endOfGeneration.get(id);
    }

    @Override
    public boolean isControl(int id) {
        return has(id, Attribute.CONTROL);
    }
}
