package demitasse.phi3.grammar;

/** A GBNF text and how far it is read: names, numbers, characters, space. */
final class GbnfScanner {
    static final int END = -1;

    private static final int EXCERPT = 24;

    private final int[] text;
    private int at;

    GbnfScanner(String text) {
        this.text = text.codePoints().toArray();
    }

    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        return at + ahead < text.length ? text[at + ahead] : END;
    }

    void skip(int count) {
        at += count;
    }

    void require(char c) {
        if (peek() != c) {
            throw expected("'" + c + "'");
        }
        at++;
    }

    /** Skips blanks and comments, and new lines where they may stand. */
    void space(boolean lines) {
        while (true) {
            int c = peek();
            if (c == '#') {
                while (peek() != END && peek() != '\n' && peek() != '\r') {
                    at++;
                }
            } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
                at++;
            } else {
                return;
            }
        }
    }

    String name() {
        int start = at;
        while (isWord(peek())) {
            at++;
        }
        if (at == start) {
            throw expected("a name");
        }
        return new String(text, start, at - start);
    }

    /** Digits; a number above {@code most} gives {@code most + 1}. */
    int number(int most) {
        if (!isDigit(peek())) {
            throw expected("a number");
        }
        long value = 0;
        while (isDigit(peek())) {
            value = Math.min(value * 10 + text[at++] - '0', most + 1L);
        }
        return (int) value;
    }

    /** All up to a character, and that, on one line. */
    String through(char last) {
        int start = at;
        while (peek() != last) {
            if (peek() == END || peek() == '\n' || peek() == '\r') {
                throw expected("'" + last + "'");
            }
            at++;
        }
        at++;
        return new String(text, start, at - start);
    }

    /** A character of a literal or class, with its escapes. */
    int character() {
        int c = peek();
        if (c == END) {
            throw expected("more");
        }
        at++;
        if (c != '\\') {
            return c;
        }
        int escaped = peek();
        at++;
        return switch (escaped) {
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'n' -> '\n';
            case '\\', '"', '[', ']', '-' -> escaped;
            default -> {
                at -= 2;
                throw expected("a known escape");
            }
        };
    }

    private int hex(int digits) {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = peek() == END ? -1 : Character.digit(peek(), 16);
            if (digit < 0 || peek() > 'f') {
                throw expected(digits + " hexadecimal digits");
            }
            value = value << 4 | digit;
            at++;
        }
        if (value > CharSet.LAST) {
            throw new GrammarException("grammar: " + Long.toHexString(value) + " is no code point");
        }
        return (int) value;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isWord(int c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-';
    }

    GrammarException expected(String what) {
        int line = 1;
        for (int i = 0; i < Math.min(at, text.length); i++) {
            line += text[i] == '\n' ? 1 : 0;
        }
        return new GrammarException("grammar, line " + line + ": expected " + what + " at '" + excerpt() + "'");
    }

    String excerpt() {
        int start = Math.min(at, text.length);
        return new String(text, start, Math.min(EXCERPT, text.length - start)).replace("\n", "\\n");
    }
}
