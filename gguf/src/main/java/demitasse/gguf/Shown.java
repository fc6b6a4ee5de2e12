package demitasse.gguf;

/** Text of a file in a message: a name may be megabytes, or hold what a terminal takes for a command. */
final class Shown {
    private static final int MOST = 200;

    private Shown() {}

    static String of(String text) {
        boolean cut = text.length() > MOST;
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MOST) + 1);
        (cut ? text.substring(0, MOST) : text)
                .chars()
                .map(c -> isPrintable((char) c) ? c : '\uFFFD')
                .forEach(c -> shown.append((char) c));
        return cut ? shown.append('\u2026').toString() : shown.toString();
    }

    private static boolean isPrintable(char c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
