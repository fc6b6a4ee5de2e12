package demitasse.phi3.jinja;

/** @param line where it begins, for messages */
record JinjaToken(Kind kind, String text, int line) {
    enum Kind {
        DATA,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean name(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    boolean operator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }
}
