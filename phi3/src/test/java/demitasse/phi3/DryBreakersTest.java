package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Vocabulary;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DryBreakersTest {
    private static final List<String> PIECES = List.of("x", "a:b", "a", "bc", "cab", "abc");

    /** A token that holds the text breaks alone; one that begins it breaks with the rest behind it. */
    @Test
    void tokensHoldOrBeginABreaker() {
        Map<Integer, List<int[]>> found = DryBreakers.of(List.of(":", "abc"), tokenizer());
        assertEquals(Set.of(1, 2, 4, 5), found.keySet());
        assertArrayEquals(new int[0], found.get(1).getFirst());
        assertArrayEquals(new int[] {3}, found.get(2).getFirst());
        assertArrayEquals(new int[] {'c'}, found.get(4).getFirst());
        assertArrayEquals(new int[0], found.get(5).getFirst());
    }

    /** Tokens of {@link #PIECES}; any other text is its characters. */
    private static Tokenizer tokenizer() {
        Vocabulary vocabulary = proxy(Vocabulary.class, (name, arguments) -> PIECES.size());
        return proxy(Tokenizer.class, (name, arguments) -> switch (name) {
            case "vocabulary" -> vocabulary;
            case "piece" -> PIECES.get((int) arguments[0]).getBytes(StandardCharsets.UTF_8);
            case "encode" -> {
                int id = PIECES.indexOf(arguments[0]);
                yield id >= 0 ? new int[] {id} : ((String) arguments[0]).chars().toArray();
            }
            default -> throw new AssertionError(name);
        });
    }

    private interface Answers {
        Object answer(String name, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answers.answer(method.getName(), arguments)));
    }
}
