package demitasse.phi3.jinja;

/** Python's str methods, which chat templates rely on: Java's know neither no-break spaces nor U+0085. */
public final class PythonText {
    private PythonText() {}

    /** str.strip, which is also Jinja's trim. */
    public static String strip(String text) {
        return JinjaStrings.strip(text, null, true, true);
    }

    /** str.rstrip. */
    public static String stripRight(String text) {
        return JinjaStrings.strip(text, null, false, true);
    }

    /** str.isspace of one code point. */
    public static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }
}
