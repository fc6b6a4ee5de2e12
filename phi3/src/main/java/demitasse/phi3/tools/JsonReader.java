package demitasse.phi3.tools;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON (RFC 8259) out of a text that goes on behind it, or ends inside of it. */
final class JsonReader {
    /** No JSON, or the beginning of some. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean truncated;

        private Broken(boolean truncated) {
            super(truncated ? "the text ends too early" : "no JSON", null, false, false);
            this.truncated = truncated;
        }

        /** Whether more text may mend it. */
        boolean truncated() {
            return truncated;
        }
    }

    private static final int DEPTH = 100;
    private static final int LONGEST_NUMBER = 400;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text, int start) {
        this.text = text;
        this.at = start;
    }

    /** The object that is all of a text. */
    static Map<String, Object> object(String text) throws Broken {
        JsonReader reader = new JsonReader(text, 0);
        if (reader.peek() != '{') {
            throw reader.broken();
        }
        Map<String, Object> object = reader.object();
        reader.skipSpace();
        if (reader.at() < text.length()) {
            throw reader.broken();
        }
        return object;
    }

    int at() {
        return at;
    }

    String between(int start, int end) {
        return text.substring(start, end);
    }

    Broken broken() {
        return new Broken(false);
    }

    void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The first character that is no space. */
    char peek() throws Broken {
        skipSpace();
        return current();
    }

    private char current() throws Broken {
        if (at >= text.length()) {
            throw new Broken(true);
        }
        return text.charAt(at);
    }

    /** Whether the next character is this one; then it is read. */
    boolean skip(char c) throws Broken {
        boolean found = peek() == c;
        at += found ? 1 : 0;
        return found;
    }

    void expect(char c) throws Broken {
        if (!skip(c)) {
            throw broken();
        }
    }

    Object value() throws Broken {
        if (++depth > DEPTH) {
            throw broken();
        }
        char c = peek();
        Object value = switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
        depth--;
        return value;
    }

    private Map<String, Object> object() throws Broken {
        expect('{');
        Map<String, Object> object = new LinkedHashMap<>();
        if (skip('}')) {
            return object;
        }
        do {
            String key = key();
            object.put(key, value());
        } while (skip(','));
        expect('}');
        return object;
    }

    /** A key and its colon. */
    String key() throws Broken {
        if (peek() != '"') {
            throw broken();
        }
        String key = string();
        expect(':');
        return key;
    }

    private List<Object> array() throws Broken {
        expect('[');
        List<Object> array = new ArrayList<>();
        if (skip(']')) {
            return array;
        }
        do {
            array.add(value());
        } while (skip(','));
        expect(']');
        return array;
    }

    private Object word(String word, Object value) throws Broken {
        for (int i = 0; i < word.length(); i++, at++) {
            if (current() != word.charAt(i)) {
                throw broken();
            }
        }
        return value;
    }

    private Object number() throws Broken {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.length() > LONGEST_NUMBER) {
            throw broken();
        }
        if (at == text.length()) {
            throw new Broken(true);
        }
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw broken();
        }
        if (digits.matches("-?[0-9]+")) {
            BigInteger whole = new BigInteger(digits);
            return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
        }
        return Double.valueOf(digits);
    }

    private String string() throws Broken {
        StringBuilder out = new StringBuilder();
        at++;
        for (char c = current(); c != '"'; c = current()) {
            at++;
            if (c < ' ') {
                throw broken();
            }
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char escape() throws Broken {
        char c = current();
        at++;
        if (c == 'u') {
            int code = 0;
            for (int i = 0; i < 4; i++, at++) {
                int digit = Character.digit(current(), 16);
                if (digit < 0) {
                    throw broken();
                }
                code = code * 16 + digit;
            }
            return (char) code;
        }
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple < 0) {
            throw broken();
        }
        return "\"\\/\b\f\n\r\t".charAt(simple);
    }
}
