package demitasse.phi3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What the fuzz tests share. See CONTRIBUTING.md for how they are run. */
final class Fuzz {
    /** Tag of those that run for {@link #LONG_DURATION}. */
    static final String LONG = "long";

    static final String LONG_DURATION = "10m";

    /** Between the parts of an input that has several. */
    private static final String DIVIDER = "\u0001";

    private Fuzz() {}

    static Stream<Arguments> seeds(String... texts) {
        return Arrays.stream(texts).map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Two parts as one input. */
    static String join(String first, String second) {
        return first + DIVIDER + second;
    }

    /** Both parts of an input; the second is empty if there is no divider. */
    static String[] split(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        int at = text.indexOf(DIVIDER);
        return at < 0 ? new String[] {text, ""} : new String[] {text.substring(0, at), text.substring(at + 1)};
    }
}
