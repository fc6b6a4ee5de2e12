package demitasse.tokenizer;

import java.util.Arrays;

/**
 * Removes the spaces that tokens leave in English text: before {@code ? ! . ,}, around a lone apostrophe and before
 * {@code 's 'm 're 've}. Source: transformers' clean_up_tokenization, in the three passes of llama.cpp's detokenize.
 */
final class SpaceCleaner {
    private SpaceCleaner() {}

    static byte[] clean(byte[] text) {
        return beforeContractions(aroundApostrophes(beforePunctuation(text)));
    }

    private static byte[] beforePunctuation(byte[] in) {
        byte[] out = new byte[in.length];
        int size = 0;
        for (int i = 0; i < in.length; i++) {
            if (i > 0 && in[i - 1] == ' ' && "?!.,".indexOf(in[i]) >= 0) {
                size--;
            }
            out[size++] = in[i];
        }
        return Arrays.copyOf(out, size);
    }

    private static byte[] aroundApostrophes(byte[] in) {
        byte[] out = new byte[in.length];
        int size = 0;
        int dropped = -1;
        for (int i = 0; i < in.length; i++) {
            boolean spaceBefore = i > 0 && in[i - 1] == ' ' && i - 1 != dropped;
            if (in[i] == '\'' && spaceBefore && i + 1 < in.length && in[i + 1] == ' ') {
                out[size - 1] = in[i];
                dropped = ++i;
            } else {
                out[size++] = in[i];
            }
        }
        return Arrays.copyOf(out, size);
    }

    private static byte[] beforeContractions(byte[] in) {
        byte[] out = new byte[in.length];
        int size = 0;
        for (int i = 0; i < in.length; i++) {
            if (i > 0 && in[i - 1] == ' ' && in[i] == '\'' && isContraction(in, i + 1)) {
                size--;
            }
            out[size++] = in[i];
        }
        return Arrays.copyOf(out, size);
    }

    /** s, m, re, ve; not t, d, ll. */
    private static boolean isContraction(byte[] text, int at) {
        if (at >= text.length) {
            return false;
        }
        byte first = text[at];
        if (first == 's' || first == 'm') {
            return true;
        }
        return (first == 'r' || first == 'v') && at + 1 < text.length && text[at + 1] == 'e';
    }
}
