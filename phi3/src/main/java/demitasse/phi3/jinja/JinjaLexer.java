package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens as Jinja2 3.1 does (jinja2/lexer.py) with trim_blocks and lstrip_blocks on, which is how
 * Hugging Face's apply_chat_template sets it up.
 */
final class JinjaLexer {
    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%}\\s*|%})");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(\\+%}|-%}\\s*|%}\\n?)");
    private static final Pattern COMMENT_END = Pattern.compile("\\+#}|-#}\\s*|#}\\n?");
    private static final Pattern BLOCK_END = Pattern.compile("\\+%}|-%}\\s*|%}\\n?");
    private static final Pattern PRINT_END = Pattern.compile("-}}\\s*|}}");
    private static final Pattern FLOAT =
            Pattern.compile("[0-9][0-9_]*(?:(?:\\.[0-9][0-9_]*)?[eE][+-]?[0-9][0-9_]*|\\.[0-9][0-9_]*)");
    private static final Pattern INTEGER = Pattern.compile("0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,;]");

    private final String source;
    private final List<JinjaToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    /** Whether what came before ended a line, so that blanks before a block may go. */
    private boolean lineStarting = true;

    private JinjaLexer(String source) {
        this.source = source;
    }

    static List<JinjaToken> tokens(String template) {
        if (template.length() > JinjaBudget.LONGEST_TEMPLATE) {
            throw ChatTemplateException.failed("the template is too long");
        }
        String text = template.replace("\r\n", "\n").replace('\r', '\n');
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - 1);
        }
        return new JinjaLexer(text).run();
    }

    private List<JinjaToken> run() {
        while (at < source.length()) {
            int open = nextOpen();
            if (open < 0) {
                add(Kind.DATA, source.substring(at));
                break;
            }
            char kind = source.charAt(open + 1);
            char sign = open + 2 < source.length() ? source.charAt(open + 2) : 0;
            boolean signed = sign == '-' || sign == '+';
            data(source.substring(at, open), kind, signed ? sign : 0);
            at = open;
            Matcher raw = at(RAW_BEGIN);
            if (kind == '%' && raw != null) {
                at = raw.end();
                rawText();
                continue;
            }
            at = open + (signed ? 3 : 2);
            switch (kind) {
                case '#' -> comment();
                case '%' -> inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, BLOCK_END);
                default -> inside(Kind.PRINT_BEGIN, Kind.PRINT_END, PRINT_END);
            }
        }
        add(Kind.END, "");
        return tokens;
    }

    private int nextOpen() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private void data(String text, char kind, char sign) {
        String kept = text;
        if (sign == '-') {
            kept = PythonText.stripRight(text);
        } else if (sign == 0 && kind != '{') {
            int start = text.lastIndexOf('\n') + 1;
            if ((start > 0 || lineStarting) && text.substring(start).isBlank()) {
                kept = text.substring(0, start);
            }
        }
        if (!kept.isEmpty()) {
            add(Kind.DATA, kept);
        }
    }

    private void comment() {
        Matcher end = COMMENT_END.matcher(source);
        if (!end.find(at)) {
            throw fail("a comment is not closed");
        }
        jump(end);
    }

    private void rawText() {
        Matcher end = RAW_END.matcher(source);
        if (!end.find(at)) {
            throw fail("a raw block is not closed");
        }
        lineStarting = at > 0 && source.charAt(at - 1) == '\n';
        String text = source.substring(at, end.start());
        data(text, '%', end.group(1).isEmpty() ? 0 : end.group(1).charAt(0));
        jump(end);
    }

    private void jump(Matcher end) {
        at = end.end();
        lineStarting = source.charAt(at - 1) == '\n';
    }

    private void inside(Kind begin, Kind endKind, Pattern end) {
        add(begin, "");
        int open = 0;
        while (true) {
            skipSpace();
            if (at >= source.length()) {
                throw fail("the template ends inside a tag");
            }
            Matcher closing = open == 0 ? at(end) : null;
            if (closing != null) {
                add(endKind, "");
                jump(closing);
                return;
            }
            JinjaToken token = token();
            if (token.is(Kind.OPERATOR)) {
                open += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
            }
            if (open < 0) {
                throw fail("unexpected '" + token.text() + "'");
            }
            tokens.add(token);
        }
    }

    private void skipSpace() {
        while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
            at++;
        }
    }

    private JinjaToken token() {
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            return new JinjaToken(Kind.STRING, JinjaStrings.unescape(quoted(c)), line());
        }
        // A digit behind a dot is an index (a.0), never a fraction.
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        Matcher match = afterDot ? null : at(FLOAT);
        if (match != null) {
            return token(Kind.FLOAT, match);
        }
        if ((match = at(INTEGER)) != null) {
            return token(Kind.INTEGER, match);
        }
        if ((match = at(NAME)) != null) {
            return token(Kind.NAME, match);
        }
        if ((match = at(OPERATOR)) != null) {
            return token(Kind.OPERATOR, match);
        }
        throw fail("unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
    }

    private JinjaToken token(Kind kind, Matcher match) {
        JinjaToken token = new JinjaToken(kind, match.group(), line());
        at = match.end();
        return token;
    }

    private String quoted(char quote) {
        int start = at + 1;
        for (int i = start; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                at = i + 1;
                return source.substring(start, i);
            }
        }
        throw fail("a string is not closed");
    }

    private Matcher at(Pattern pattern) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private void add(Kind kind, String text) {
        tokens.add(new JinjaToken(kind, text, line()));
    }

    private int line() {
        for (; counted < at; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    private ChatTemplateException fail(String message) {
        return ChatTemplateException.failed("template line " + line() + ": " + message);
    }
}
