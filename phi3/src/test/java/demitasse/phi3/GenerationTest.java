package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final int LIMIT = 40;

    private static LanguageModel model;

    @BeforeAll
    static void load() throws IOException {
        model = NanoModels.withTokenizer();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void streamIsTheText() {
        List<String> pieces = new ArrayList<>();
        GenerationResult result = run(sampling(11), List.of(), pieces);
        assertEquals(String.join("", pieces), result.text());
        assertEquals("", pieces.getFirst());
        assertEquals(
                result.text(), run(sampling(11), List.of(), new ArrayList<>()).text());
        assertTrue(result.generatedTokens() > 0 && result.generatedTokens() <= LIMIT);
    }

    @Test
    void stopTextsAreNotPartOfTheText() {
        String whole = run(sampling(11), List.of(), new ArrayList<>()).text();
        assertTrue(whole.length() > 6, whole);
        String stop = whole.substring(3, 6);
        GenerationResult stopped = run(sampling(11), List.of("never", stop), new ArrayList<>());
        assertEquals(whole.substring(0, whole.indexOf(stop)), stopped.text());
        assertEquals(FinishReason.STOP, stopped.finishReason());
    }

    @Test
    void grammarsHold() {
        String seen = run(sampling(11), List.of(), new ArrayList<>()).text().replaceAll("[^a-z]", "");
        String letter = seen.isEmpty() ? "a" : seen.substring(0, 1);
        Grammar grammar = Grammar.parse("root ::= \"" + letter + "\"{3,5}");
        for (int seed = 0; seed < 5; seed++) {
            GenerationOptions options = new GenerationOptions(LIMIT, sampling(seed), List.of(), grammar);
            GenerationResult result = model.generate("a", options, text -> true);
            assertTrue(grammar.accepts(result.text()), result.text());
            assertEquals(FinishReason.STOP, result.finishReason());
        }
        GenerationOptions impossible =
                new GenerationOptions(LIMIT, sampling(1), List.of(), Grammar.parse("root ::= [z-a]"));
        assertThrows(GrammarException.class, () -> model.generate("a", impossible, text -> true));
    }

    @Test
    void listenersCancel() {
        int[] calls = {0};
        GenerationResult result = model.generate("a", options(sampling(11), List.of()), text -> ++calls[0] < 4);
        assertEquals(FinishReason.CANCELLED, result.finishReason());
        assertEquals(4, calls[0]);
        assertEquals(3, result.generatedTokens());
        GenerationResult none = model.generate("a", options(sampling(11), List.of()), text -> false);
        assertEquals(0, none.generatedTokens());
    }

    @Test
    void tellsWhenThePromptHasBeenRead() {
        List<String> told = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void onPrompt(int cachedTokens, double seconds) {
                told.add(cachedTokens + " " + seconds);
            }

            @Override
            public boolean onText(String text) {
                assertEquals(1, told.size());
                return true;
            }
        };
        GenerationResult result = model.generate("abc", options(sampling(11), List.of()), listener);
        assertEquals(List.of(result.cachedTokens() + " " + result.promptSeconds()), told);
    }

    @Test
    void promptsMustFitTheTrainedContext() {
        String tooLong = "a".repeat(3 * model.trainedContext());
        assertThrows(
                PromptTooLongException.class, () -> model.generate(tooLong, GenerationOptions.greedy(1), text -> true));
    }

    private static GenerationResult run(SamplingOptions sampling, List<String> stop, List<String> pieces) {
        return model.generate("a", options(sampling, stop), pieces::add);
    }

    private static GenerationOptions options(SamplingOptions sampling, List<String> stop) {
        return new GenerationOptions(LIMIT, sampling, stop);
    }

    private static SamplingOptions sampling(long seed) {
        return new SamplingOptions(1f, 0, 1f, 0f, 1f, 64, seed);
    }
}
