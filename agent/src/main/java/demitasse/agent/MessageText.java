package demitasse.agent;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Customers' text made fit for reading: normal forms, no control characters, nothing that a chat template would obey. */
final class MessageText {
    /** Markers of chat templates (Phi-3, ChatML, Llama): typed by a customer they are text, and must stay text. */
    private static final Pattern TEMPLATE_MARKER =
            Pattern.compile("<\\|?/?\\|?(?:[a-z_]{1,32})\\|>|</?s>|\\[/?INST\\]|<</?SYS>>", Pattern.CASE_INSENSITIVE);

    /** What stands where personal data stood: "[EMAIL]". */
    static final Pattern MASK = Pattern.compile("\\[[A-Z_]{2,20}]");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\\n\\t\\u200d]]");
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\u00a0]+");
    private static final Pattern LINES = Pattern.compile(" ?\\n[ \\n]*");
    private static final int ELLIPTIC_WORDS = 7;
    /** So few words, with one of meaning at most, are an answer or half a question: "in black?", "how long?". */
    private static final int FRAGMENT_WORDS = 3;

    private static final Pattern CONTINUES = Pattern.compile(
            "(?i)^(?:and|but|or|so|also|then|ok,? (?:and|but)|what about|how about|what if|and if|even)\\b.*");
    private static final Set<String> POINTING = Set.of(
            "it", "its", "that", "this", "those", "these", "them", "they", "one", "ones", "there", "then", "so", "he",
            "she");

    private MessageText() {}

    static String normalise(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFC)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        normal = CONTROL.matcher(normal).replaceAll("");
        normal = TEMPLATE_MARKER.matcher(normal).replaceAll(" ");
        normal = BLANKS.matcher(normal).replaceAll(" ");
        return LINES.matcher(normal).replaceAll("\n").strip();
    }

    /** At most so many characters of it, and an ellipsis where it goes on. */
    static String cut(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, characters)) + "…";
    }

    /** True for a message so short that it may say little without the one before it. */
    static boolean mayLeanOnThePast(String message) {
        return words(message).length <= ELLIPTIC_WORDS;
    }

    /** True for a message that says little without the one before it: "and for opened ones?", "how long?". */
    static boolean leansOnThePast(String message) {
        int words = words(message).length;
        if (words > ELLIPTIC_WORDS) {
            return false;
        }
        boolean fragment = words <= FRAGMENT_WORDS && Words.content(message).size() <= 1;
        return fragment || CONTINUES.matcher(message).matches() || pointsBack(message);
    }

    /** Whether a word stands for something that was named before. */
    static boolean pointsBack(String message) {
        return Arrays.stream(words(message)).anyMatch(POINTING::contains);
    }

    private static String[] words(String message) {
        return message.toLowerCase(Locale.ROOT).strip().split("[^\\p{L}\\p{N}']+");
    }
}
