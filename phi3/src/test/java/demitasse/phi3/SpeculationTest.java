package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.phi3.grammar.Grammar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Speculation changes no output: each run is made twice, and all but the counts of drafts and the times is equal. */
class SpeculationTest {
    private static final int CONTEXT = 128;
    private static final int LIMIT = 60;
    /** Nothing is rewarded as much as saying the same again: then drafts are right. */
    private static final SamplingOptions REPEATING =
            SamplingOptions.GREEDY.with().repeatPenalty(0.5f).repeatLastN(3).build();

    private static LanguageModel model;
    /** Q4_K_M, without a tokenizer: what it says shows in the cache only. */
    private static LanguageModel quantised;

    /** What a run shows to the outside. */
    private record Outcome(
            String text, int generated, FinishReason reason, List<String> pieces, int position, int next) {}

    private int drafted;
    private int accepted;

    @BeforeAll
    static void load() throws IOException {
        model = NanoModels.withTokenizer();
        quantised = NanoModels.qwen2(false);
    }

    @AfterAll
    static void close() {
        model.close();
        quantised.close();
    }

    private Outcome run(LanguageModel on, int[] prompt, GenerationOptions options, int context, int cancelAfter) {
        List<String> pieces = new ArrayList<>();
        try (Session session = on.newSession(context)) {
            GenerationResult result = session.generate(prompt, options, piece -> {
                pieces.add(piece);
                return pieces.size() != cancelAfter;
            });
            drafted = result.draftedTokens();
            accepted = result.acceptedTokens();
            assertTrue(accepted <= drafted && accepted < Math.max(1, result.generatedTokens()));
            // Logits after one more token depend on all that is in the cache.
            return new Outcome(
                    result.text(),
                    result.generatedTokens(),
                    result.finishReason(),
                    pieces,
                    session.position(),
                    Arrays.hashCode(session.evaluate(new int[] {1})));
        }
    }

    private Outcome same(LanguageModel on, int[] prompt, GenerationOptions options, int context, int cancelAfter) {
        Outcome plain = run(on, prompt, options, context, cancelAfter);
        assertEquals(0, drafted);
        Outcome speculative = run(on, prompt, options.withSpeculation(true), context, cancelAfter);
        assertEquals(plain, speculative);
        return plain;
    }

    private Outcome same(int[] prompt, GenerationOptions options, int context, int cancelAfter) {
        return same(model, prompt, options, context, cancelAfter);
    }

    private Outcome same(GenerationOptions options) {
        return same(repetitive(), options, CONTEXT, -1);
    }

    private static int[] repetitive() {
        return model.encode(Prompt.raw("abcabcabcabcab"));
    }

    private static SamplingOptions sampling(long seed, float temperature) {
        return SamplingOptions.GREEDY.with().temperature(temperature).seed(seed).build();
    }

    private static GenerationOptions options(SamplingOptions sampling) {
        return new GenerationOptions(LIMIT, sampling, List.of());
    }

    @Test
    void greedy() {
        same(options(SamplingOptions.GREEDY));
        same(options(REPEATING));
        assertTrue(accepted > 0, "the penalty makes the model repeat itself, and drafts right");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void seeded(long seed) {
        same(options(sampling(seed, 1)));
        SamplingOptions.Mirostat mirostat = new SamplingOptions.Mirostat(2, 3, 0.1f);
        same(options(sampling(seed, 0.8f).with().mirostat(mirostat).build()));
        same(options(sampling(seed, 0.8f)
                .with()
                .mirostat(new SamplingOptions.Mirostat(1, 3, 0.1f))
                .build()));
        same(options(sampling(seed, 1)
                .with()
                .repeatPenalty(1.3f)
                .frequencyPenalty(0.2f)
                .presencePenalty(0.1f)
                .repeatLastN(16)
                .build()));
        same(options(sampling(seed, 1).with().repeatPenalty(0.5f).repeatLastN(3).build()));
    }

    @Test
    void tokensOfAQuantisedModel() {
        int[] part = new Random(5).ints(6, 0, 320).toArray();
        int[] prompt = new int[30];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = part[i % part.length];
        }
        int right = 0;
        for (SamplingOptions how : List.of(SamplingOptions.GREEDY, REPEATING, sampling(3, 0.7f))) {
            same(quantised, prompt, options(how), CONTEXT, -1);
            right += accepted;
        }
        assertTrue(right > 0);
    }

    @Test
    void grammars() {
        Grammar grammar = Grammar.parse("root ::= (\"ab\" | \"c\" | \"abc\")+ ");
        for (int seed = 0; seed < 5; seed++) {
            same(new GenerationOptions(LIMIT, sampling(seed, 1), List.of(), grammar));
        }
        same(new GenerationOptions(LIMIT, REPEATING, List.of(), Grammar.parse("root ::= \"ab\"{9} \"c\"")));
        assertTrue(accepted > 0);
    }

    @Test
    void stopTextsInsideDrafts() {
        String whole = same(options(REPEATING)).text();
        for (int end = 1; end < whole.length(); end += 7) {
            for (int length = 1; length <= 5 && length <= end; length += 2) {
                same(new GenerationOptions(LIMIT, REPEATING, List.of("never", whole.substring(end - length, end))));
            }
        }
    }

    @Test
    void everyLimit() {
        for (int limit = 0; limit < 40; limit++) {
            Outcome outcome = same(new GenerationOptions(limit, REPEATING, List.of()));
            assertTrue(outcome.generated() <= limit);
        }
    }

    @Test
    void everyEndOfTheContext() {
        int[] prompt = repetitive();
        for (int room = 1; room < 40; room++) {
            same(prompt, new GenerationOptions(-1, REPEATING, List.of()), prompt.length + room, -1);
        }
    }

    @Test
    void cancelledAnywhere() {
        for (int after = 1; after < 30; after++) {
            same(repetitive(), options(REPEATING), CONTEXT, after);
        }
    }

    /** The prompt says what comes after the end, so that drafts go beyond it. */
    @Test
    void endsInsideDrafts() {
        int end = end();
        int[] once = model.encode(Prompt.raw("abc"));
        int[] prompt = new int[5 * (once.length + 1)];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = i % (once.length + 1) < once.length ? once[i % (once.length + 1)] : end;
        }
        boolean ended = false;
        for (int seed = 0; seed < 12; seed++) {
            SamplingOptions likely =
                    sampling(seed, 1).with().repeatPenalty(0.5f).repeatLastN(8).build();
            ended |= same(prompt, options(likely), CONTEXT, -1).reason() == FinishReason.STOP;
        }
        assertTrue(ended);
    }

    private static int end() {
        for (int id = 0; id < model.vocabularySize(); id++) {
            if (model.endsGeneration(id)) {
                return id;
            }
        }
        throw new IllegalStateException("the nano model has no end token");
    }

    /** The next turn of a conversation finds the same in the cache. */
    @Test
    void sessionsGoOn() {
        int[] prompt = repetitive();
        List<Integer> cached = new ArrayList<>();
        for (boolean on : new boolean[] {false, true}) {
            try (Session session = model.newSession(CONTEXT)) {
                GenerationOptions how = options(REPEATING).withSpeculation(on);
                String text = session.generate(prompt, how, piece -> true).text();
                int[] more = model.encode(Prompt.raw("abcabcabcabcab" + text + "ab"));
                cached.add(session.generate(more, how, piece -> true).cachedTokens());
            }
        }
        assertEquals(cached.get(0), cached.get(1));
    }
}
