package demitasse.rag;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Text as the keyword search sees it: lower-case words without accents, stop words and endings. Documents and queries
 * go through the same steps, so the stemmer need not make words, only bring forms together.
 */
final class Terms {
    /** English words that say nothing about the subject, and what apostrophes leave of others; single letters too. */
    private static final Set<String> STOP_WORDS = Set.of("""
            about after all also am an and any are aren as at be been before being but by can cannot could
            couldn did didn do does doesn doing don dont each else for from get gets getting give go going got
            had has hasn have haven having he hello help her here hers hey hi him his how if im in into is isn
            it its ive just kindly know let like ll look looking make many may me might more most much must my
            need needs no not now of off ok on one only or other our ours out over own please re really same
            she should shouldn so some such tell than thank thanks that the their theirs them then there these
            they this those though to too under until up us use ve very want wanted was wasn way we were weren
            what whats when where whether which while who whom why will wish with won would wouldn yes you your
            yours""".split("\\s+"));

    private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

    private Terms() {}

    /** The stems of a text's words in order, repeated as they are; no stop words. */
    static List<String> of(String text) {
        List<String> terms = new ArrayList<>();
        for (String word : words(text)) {
            if (!isStopWord(word)) {
                terms.add(stem(word));
            }
        }
        return terms;
    }

    static boolean isStopWord(String word) {
        return STOP_WORDS.contains(word) || (word.length() == 1 && Character.isLowerCase(word.charAt(0)));
    }

    /** Folded words: runs of letters and digits; an ideograph is a word of its own. */
    static List<String> words(String text) {
        String folded = fold(text);
        List<String> words = new ArrayList<>();
        int wordStart = -1;
        int length = folded.length();
        for (int i = 0; i <= length; ) {
            int c = i < length ? folded.codePointAt(i) : ' ';
            boolean inWord = Character.isLetterOrDigit(c) && !Character.isIdeographic(c);
            if (inWord && wordStart < 0) {
                wordStart = i;
            } else if (!inWord && wordStart >= 0) {
                words.add(folded.substring(wordStart, i));
                wordStart = -1;
            }
            if (Character.isIdeographic(c)) {
                words.add(Character.toString(c));
            }
            i += Character.charCount(c);
        }
        return words;
    }

    /** Lower case, compatibility forms and accents gone, "e-mail" and "wi-fi" joined. */
    static String fold(String text) {
        String plain = isAscii(text) ? text : withoutMarks(text);
        return plain.toLowerCase(Locale.ROOT).replace("e-mail", "email").replace("wi-fi", "wifi");
    }

    private static String withoutMarks(String text) {
        return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** A light English stemmer: plurals, -ing, -ed, -ation, a final e or y. */
    static String stem(String word) {
        if (word.length() < 4 || !isPlainWord(word)) {
            return word;
        }
        String s = singular(word);
        if (s.length() >= 9 && s.endsWith("ation")) {
            s = undouble(s.substring(0, s.length() - 5));
        } else if (s.length() >= 6 && s.endsWith("ing") && hasVowel(s, s.length() - 3)) {
            s = undouble(s.substring(0, s.length() - 3));
        } else if (s.length() >= 5 && s.endsWith("ed") && hasVowel(s, s.length() - 2)) {
            s = undouble(s.substring(0, s.length() - 2));
        }
        if (s.length() >= 4 && s.endsWith("e")) {
            return s.substring(0, s.length() - 1);
        }
        if (s.length() >= 4 && s.endsWith("y")) {
            return s.substring(0, s.length() - 1) + "i";
        }
        return s;
    }

    private static String singular(String word) {
        int n = word.length();
        if (word.endsWith("ies") && n > 4) {
            return word.substring(0, n - 3) + "y";
        }
        if (n > 4
                && (word.endsWith("sses") || word.endsWith("xes") || word.endsWith("ches") || word.endsWith("shes"))) {
            return word.substring(0, n - 2);
        }
        if (word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us") && !word.endsWith("is")) {
            return word.substring(0, n - 1);
        }
        return word;
    }

    /** "shipp" to "ship", but "install" and "pass" stay. */
    private static String undouble(String s) {
        int n = s.length();
        boolean doubled = n > 3 && s.charAt(n - 1) == s.charAt(n - 2);
        return doubled && "bdgmnprt".indexOf(s.charAt(n - 1)) >= 0 || doubled && s.endsWith("ll") && n > 6
                ? s.substring(0, n - 1)
                : s;
    }

    private static boolean hasVowel(String s, int end) {
        for (int i = 0; i < end; i++) {
            if ("aeiouy".indexOf(s.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPlainWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) < 'a' || word.charAt(i) > 'z') {
                return false;
            }
        }
        return true;
    }
}
