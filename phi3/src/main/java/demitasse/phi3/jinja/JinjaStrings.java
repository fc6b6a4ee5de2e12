package demitasse.phi3.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's str: counted in code points, not in Java's chars. */
final class JinjaStrings {
    private JinjaStrings() {}

    /** The text of a string literal (Python's unicode-escape). */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            int simple = "\\'\"abfnrtv".indexOf(escape);
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
            if (simple >= 0) {
                out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
            } else if (escape == '\n') {
                continue;
            } else if (digits > 0) {
                out.appendCodePoint(hex(text, i + 1, digits));
                i += digits;
            } else if (escape >= '0' && escape <= '7') {
                int end = i;
                while (end < text.length() && end < i + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                    end++;
                }
                out.append((char) Integer.parseInt(text.substring(i, end), 8));
                i = end - 1;
            } else {
                out.append('\\').append(escape);
            }
        }
        return out.toString();
    }

    private static int hex(String text, int start, int digits) {
        try {
            int value = Integer.parseInt(text.substring(start, Math.min(start + digits, text.length())), 16);
            if (start + digits <= text.length() && Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ChatTemplateException.failed("a string has a bad escape");
    }

    static String repr(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                out.append('\\').append("nrt".charAt("\n\r\t".indexOf(c)));
            } else if (printable(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(
                        c < 0x100
                                ? "\\x%02x".formatted(c)
                                : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
            }
        });
        return out.append(quote).toString();
    }

    /** Whether a caller marks text with this character ({@link ChatTemplateRenderer}): it is never escaped. */
    static boolean isMark(int c) {
        return c >> 16 == 0xF;
    }

    private static boolean printable(int c) {
        return isMark(c)
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> false;
                    case Character.SPACE_SEPARATOR -> c == ' ';
                    default -> true;
                };
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** From and to are positions in code points, within the text. */
    static String substring(String text, int from, int to) {
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    static int compare(String left, String right) {
        int at = 0;
        while (at < left.length() && at < right.length() && left.charAt(at) == right.charAt(at)) {
            at++;
        }
        if (at == left.length() || at == right.length()) {
            return Integer.compare(left.length(), right.length());
        }
        boolean inPair = at > 0 && Character.isHighSurrogate(left.charAt(at - 1));
        int start = inPair ? at - 1 : at;
        return Integer.compare(left.codePointAt(start), right.codePointAt(start));
    }

    /** @param characters what to take off, null for white space */
    static String strip(String text, String characters, boolean left, boolean right) {
        IntPredicate taken = characters == null ? PythonText::isSpace : c -> characters.indexOf(c) >= 0;
        int start = 0;
        int end = text.length();
        while (left && start < end && taken.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && taken.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    static List<Object> split(String text, String separator, int limit) {
        if (separator == null) {
            return splitSpace(text, limit);
        }
        if (separator.isEmpty()) {
            throw ChatTemplateException.failed("empty separator");
        }
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator);
                at >= 0 && (limit < 0 || parts.size() < limit);
                at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<Object> splitSpace(String text, int limit) {
        List<Object> parts = new ArrayList<>();
        int start = skip(text, 0, true);
        while (start < text.length()) {
            if (limit >= 0 && parts.size() >= limit) {
                parts.add(strip(text.substring(start), null, false, true));
                break;
            }
            int end = skip(text, start, false);
            parts.add(text.substring(start, end));
            start = skip(text, end, true);
        }
        return parts;
    }

    /** Where the run of white space, or of other characters, ends. */
    private static int skip(String text, int start, boolean space) {
        int at = start;
        while (at < text.length() && PythonText.isSpace(text.charAt(at)) == space) {
            at++;
        }
        return at;
    }

    static List<Object> splitRight(String text, String separator, int limit) {
        List<Object> all = split(text, separator, -1);
        if (limit < 0 || all.size() <= limit + 1) {
            return all;
        }
        List<Object> last = all.subList(all.size() - limit, all.size());
        int end = text.length();
        for (Object part : last.reversed()) {
            end = separator == null ? skipBack(text, end) : end;
            end -= ((String) part).length() + (separator == null ? 0 : separator.length());
        }
        List<Object> parts = new ArrayList<>(List.of(text.substring(0, separator == null ? skipBack(text, end) : end)));
        parts.addAll(last);
        return parts;
    }

    private static int skipBack(String text, int end) {
        int at = end;
        while (at > 0 && PythonText.isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    static List<String> lines(String text, boolean keepEnds) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
                int end = i;
                if (text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                lines.add(text.substring(start, keepEnds ? i + 1 : end));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return Character.toString(Character.toTitleCase(first)) + lower(text.substring(Character.charCount(first)));
    }

    /** @param startsWord tells from the character before whether a word starts */
    static String title(String text, IntPredicate startsWord) {
        StringBuilder out = new StringBuilder();
        int before = -1;
        for (int c : text.codePoints().toArray()) {
            boolean start = before < 0 || startsWord.test(before);
            out.appendCodePoint(start ? Character.toTitleCase(c) : Character.toLowerCase(c));
            before = c;
        }
        return out.toString();
    }
}
