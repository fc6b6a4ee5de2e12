package demitasse.phi3;

/** Python's str methods, which chat templates rely on: Java's know neither no-break spaces nor U+0085. */
final class PythonText {
    private PythonText() {}

    /** str.strip, which is also Jinja's trim. */
    static String strip(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return stripRight(text.substring(start));
    }

    /** str.rstrip. */
    static String stripRight(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
