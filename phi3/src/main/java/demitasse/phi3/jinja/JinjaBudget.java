package demitasse.phi3.jinja;

/**
 * What one rendering may cost. Templates come with models that strangers made: each step, each character made and each
 * level of nesting is counted, so that a hostile one ends with an exception instead of an endless loop or a full heap.
 */
final class JinjaBudget {
    /** As in Jinja's sandbox. */
    static final int LONGEST_RANGE = 100_000;
    /** Nesting of brackets and blocks in a template's text. */
    static final int PARSE_DEPTH = 60;

    static final int LONGEST_TEMPLATE = 1 << 20;

    private static final long STEPS = 20_000_000;
    private static final int DEPTH = 700;
    private static final int LONGEST_TEXT = 1 << 24;
    private static final long CHARACTERS = 1L << 28;
    /** Characters copied or compared in about the time of one step. */
    private static final int CHARACTERS_PER_STEP = 64;

    private static final int COMPARISONS_PER_STEP = 256;

    private long steps;
    private long characters;
    private int depth;

    void step() {
        spend(1);
    }

    void spend(long count) {
        steps += count;
        if (steps > STEPS) {
            throw ChatTemplateException.failed("the template takes too many steps");
        }
    }

    /** Called before a text of this length is made. */
    void text(long length) {
        limit(length);
        characters += length;
        if (characters > CHARACTERS) {
            throw ChatTemplateException.failed("the template makes too much text");
        }
        spend(length / CHARACTERS_PER_STEP);
    }

    /** Before a text is searched for another: such a search may compare each character with each. */
    void search(String text, String part) {
        spend((long) text.length() * part.length() / COMPARISONS_PER_STEP);
    }

    /** For text that grows: refuses a length, counts nothing. */
    void limit(long length) {
        if (length > LONGEST_TEXT) {
            throw ChatTemplateException.failed("the template makes a text that is too long");
        }
    }

    void enter() {
        if (++depth > DEPTH) {
            throw ChatTemplateException.failed("the template nests too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
