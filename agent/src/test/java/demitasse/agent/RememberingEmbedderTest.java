package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import demitasse.rag.Embedder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RememberingEmbedderTest {
    private static final int MANY = 200;

    private final List<String> asked = new ArrayList<>();

    private final Embedder counting = new Embedder() {
        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            asked.addAll(texts);
            return texts.stream().map(text -> new float[] {text.length()}).toList();
        }
    };

    @Test
    void eachTextIsEmbeddedOnce() {
        Embedder once = new RememberingEmbedder(counting);
        List<float[]> vectors = once.embed(List.of("a", "bbb", "a"));
        assertEquals(List.of("a", "bbb"), asked);
        assertArrayEquals(new float[] {1}, vectors.get(2));
        assertSame(vectors.get(1), once.embedTokens(List.of("cc", "bbb")).get(1).vector());
        assertEquals(List.of("a", "bbb", "cc"), asked);
    }

    @Test
    void manyComeInOrder() {
        List<String> texts = IntStream.range(0, MANY).mapToObj("x"::repeat).toList();
        List<float[]> vectors = new RememberingEmbedder(counting).embed(texts);
        for (int i = 0; i < MANY; i++) {
            assertEquals(i, vectors.get(i)[0]);
        }
    }
}
