package demitasse.phi3.grammar;

import java.util.List;

/** A regular expression as a tree. */
sealed interface Regex {
    record Chars(CharSet set) implements Regex {}

    record Sequence(List<Regex> parts) implements Regex {}

    record Choice(List<Regex> ways) implements Regex {}

    /** @param max {@link RuleBuilder#UNBOUNDED} if there is no end */
    record Repeat(Regex item, int min, int max) implements Regex {}

    /** {@code ^}. */
    record Start() implements Regex {}

    /** {@code $}. */
    record End() implements Regex {}
}
