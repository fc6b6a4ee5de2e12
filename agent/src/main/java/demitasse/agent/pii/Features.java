package demitasse.agent.pii;

/**
 * What the tagger sees of each token: itself, its neighbours, what the lists say about them, and how far words of
 * addresses and numbers are. A feature is a hash of its template and values; it is never looked up by name.
 */
final class Features {
    private static final int NEAR = 6;
    private static final int CUE_WINDOW = 8;
    private static final int SHORT_TEXT = 5;
    private static final int LONG_NUMBER = 4;
    private static final int BORDER = 0x5bd1e995;
    private static final int GIVEN_OR_SURNAME = Lexicon.GIVEN | Lexicon.SURNAME;

    private final int size;
    private final int[] word;
    private final int[] shape;
    private final int[] flags;
    /** Shape and flags in one. */
    private final int[] look;

    private final Tokens tokens;
    private final boolean caseless;
    private int[] out = new int[64];
    private int count;

    private Features(Tokens tokens, Lexicon lexicon) {
        this.tokens = tokens;
        size = tokens.size();
        word = new int[size];
        shape = new int[size];
        flags = new int[size];
        look = new int[size];
        caseless = isCaseless(tokens);
        for (int i = 0; i < size; i++) {
            String folded = tokens.word()[i];
            word[i] = hash(folded);
            flags[i] = lexicon.flags(folded);
            shape[i] = folded.charAt(0) == '<' && folded.length() > 1 ? word[i] : shapeOf(tokens.surface(i), caseless);
            look[i] = mix(shape[i], flags[i]);
        }
    }

    /** @return [tokens][features] hashes; as many for each token as apply */
    static int[][] of(Tokens tokens, Lexicon lexicon) {
        Features features = new Features(tokens, lexicon);
        int[][] all = new int[tokens.size()][];
        for (int i = 0; i < all.length; i++) {
            features.count = 0;
            features.addWords(i);
            features.addLooks(i);
            features.addAffixes(i);
            features.addSurroundings(i);
            all[i] = java.util.Arrays.copyOf(features.out, features.count);
        }
        return all;
    }

    private void addWords(int i) {
        int before = at(word, i - 1);
        int after = at(word, i + 1);
        int before2 = at(word, i - 2);
        int after2 = at(word, i + 2);
        add(1, word[i]);
        add(2, before);
        add(3, after);
        add(4, before2);
        add(5, after2);
        add(6, mix(before, word[i]));
        add(7, mix(word[i], after));
        add(8, mix(before2, before));
        add(9, mix(after, after2));
        add(10, mix(mix(at(word, i - 3), before2), before));
        add(11, mix(before, look[i]));
        add(12, mix(look[i], after));
        add(13, mix(mix(before2, before), look[i]));
        add(14, mix(mix(before, look[i]), after));
        add(15, mix(word[i], shape[i]));
    }

    private void addLooks(int i) {
        int before = at(look, i - 1);
        int after = at(look, i + 1);
        int before2 = at(look, i - 2);
        int after2 = at(look, i + 2);
        add(20, shape[i]);
        add(21, mix(at(shape, i - 1), shape[i]));
        add(22, mix(shape[i], at(shape, i + 1)));
        add(23, mix(mix(at(shape, i - 1), shape[i]), at(shape, i + 1)));
        add(24, look[i]);
        add(25, mix(before, look[i]));
        add(26, mix(look[i], after));
        add(27, mix(mix(before, look[i]), after));
        add(28, mix(mix(before2, before), look[i]));
        add(29, mix(mix(look[i], after), after2));
        add(30, before);
        add(31, after);
        add(32, mix(before2, before));
        add(33, mix(after, after2));
        for (int bits = flags[i]; bits != 0; bits &= bits - 1) {
            add(34, Integer.lowestOneBit(bits));
        }
    }

    private void addAffixes(int i) {
        String folded = tokens.word()[i];
        int length = folded.length();
        if (length < 3 || !Character.isLetter(folded.charAt(0))) {
            return;
        }
        int kind = mix(shape[i], flags[i] & Lexicon.COMMON);
        add(40, hash(folded.substring(0, 2)));
        add(41, hash(folded.substring(0, 3)));
        add(42, hash(folded.substring(length - 2)));
        add(43, hash(folded.substring(length - 3)));
        add(44, mix(hash(folded.substring(length - 3)), kind));
        if (length > 4) {
            add(45, hash(folded.substring(length - 4)));
            add(46, mix(hash(folded.substring(length - 4)), kind));
        }
    }

    private void addSurroundings(int i) {
        boolean first = i == 0 || tokens.word()[i - 1].equals(Tokens.LINE_END);
        boolean last = i == size - 1 || tokens.word()[i + 1].equals(Tokens.LINE_END);
        int place = (first ? 1 : 0) + (last ? 2 : 0) + (size <= SHORT_TEXT ? 4 : 0) + (caseless ? 8 : 0);
        add(50, mix(place, look[i]));
        add(51, mix(place, mix(shape[i], at(shape, i + 1))));
        int kindAfter = distance(i, 1, Lexicon.STREET_KIND);
        int kindBefore = distance(i, -1, Lexicon.STREET_KIND);
        int numberAfter = numberDistance(i, 1);
        int numberBefore = numberDistance(i, -1);
        add(52, mix(kindAfter, shape[i]));
        add(53, mix(kindBefore, shape[i]));
        add(54, mix(numberAfter, shape[i]));
        add(55, mix(numberBefore, shape[i]));
        add(56, mix(mix(kindBefore, kindAfter), mix(numberBefore, numberAfter)));
        add(57, mix(mix(numberBefore, numberAfter), look[i]));
        add(58, mix(Math.min(distance(i, -1, Lexicon.ADDRESS_CUE), 3), mix(numberBefore, numberAfter)));
        add(59, mix(mix(distance(i, 1, Lexicon.PLACE | Lexicon.STATE | Lexicon.UNIT), numberAfter), shape[i]));
        add(60, mix(mix(distance(i, -1, Lexicon.PLACE | Lexicon.STATE | Lexicon.UNIT), numberBefore), shape[i]));
        addCue(61, i, Lexicon.ADDRESS_CUE);
        addCue(62, i, Lexicon.NAME_CUE);
        add(63, mix(mix(distance(i, -1, GIVEN_OR_SURNAME), distance(i, 1, GIVEN_OR_SURNAME)), shape[i]));
    }

    /** The nearest announcing word before the token. */
    private void addCue(int template, int i, int flag) {
        for (int j = i - 1; j >= Math.max(0, i - CUE_WINDOW); j--) {
            if ((flags[j] & flag) != 0) {
                add(template, mix(word[j], shape[i]));
                add(template + 100, mix(Math.min(i - j, 4), look[i]));
                return;
            }
        }
    }

    private int distance(int i, int step, int flag) {
        for (int d = 1, j = i + step; d <= NEAR && j >= 0 && j < size; d++, j += step) {
            if ((flags[j] & flag) != 0) {
                return d;
            }
        }
        return NEAR + 1;
    }

    /** Tokens up to the next number, and whether that is long. */
    private int numberDistance(int i, int step) {
        for (int d = 1, j = i + step; d <= NEAR && j >= 0 && j < size; d++, j += step) {
            if (Character.isDigit(tokens.word()[j].charAt(0))) {
                return tokens.word()[j].length() >= LONG_NUMBER ? d + NEAR + 1 : d;
            }
        }
        return 0;
    }

    private static int at(int[] values, int i) {
        return i >= 0 && i < values.length ? values[i] : mix(BORDER, i < 0 ? -1 : 1);
    }

    private void add(int template, int value) {
        if (count == out.length) {
            out = java.util.Arrays.copyOf(out, 2 * count);
        }
        out[count++] = finish(mix(template * 0x9e3779b9, value));
    }

    /** True where capitals say nothing: there are none, or nothing else. */
    private static boolean isCaseless(Tokens tokens) {
        boolean upper = false;
        boolean lower = false;
        for (int t = 0; t < tokens.size(); t++) {
            if (tokens.word()[t].charAt(0) != '<') {
                for (int i = tokens.start()[t]; i < tokens.end()[t]; i++) {
                    upper |= Character.isUpperCase(tokens.text().charAt(i));
                    lower |= Character.isLowerCase(tokens.text().charAt(i));
                }
            }
        }
        return upper != lower;
    }

    /** Xx for Anna, X for A, XX for ABC, x for lower case, 00000 for numbers by length, and so on. */
    private static int shapeOf(String surface, boolean caseless) {
        int hash = 17;
        char last = 0;
        int run = 0;
        boolean accented = false;
        for (int i = 0; i < surface.length(); i++) {
            char c = surface.charAt(i);
            accented |= c > '\u007f';
            char kind = c;
            if (Character.isDigit(c)) {
                kind = '0';
            } else if (Character.isLetter(c)) {
                kind = !caseless && Character.isUpperCase(c) ? 'X' : 'x';
            }
            run = kind == last ? run + 1 : 1;
            int longest = kind == '0' ? 6 : kind == 'X' ? 2 : 1;
            if (run <= longest) {
                hash = mix(hash, kind);
            }
            last = kind;
        }
        boolean single = surface.length() == 1 && Character.isLetter(surface.charAt(0));
        return mix(hash, (accented ? 1 : 0) + (caseless ? 2 : 0) + (single ? 4 : 0));
    }

    private static int hash(String text) {
        int h = 0x811c9dc5;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x01000193;
        }
        return h;
    }

    private static int mix(int a, int b) {
        int h = a * 0x85ebca6b + Integer.rotateLeft(b * 0xcc9e2d51, 15);
        return (h ^ (h >>> 13)) * 0xc2b2ae35;
    }

    private static int finish(int hash) {
        int h = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}
