package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenScoresTest {
    private static final int CONTEXT = 128;
    private static final int LIMIT = 40;
    /** Batches of several tokens are summed in another order. */
    private static final float SMALL = 1e-3f;

    private static final SamplingOptions WARM =
            SamplingOptions.GREEDY.with().temperature(1).seed(11).build();
    private static final SamplingOptions REPEATING =
            SamplingOptions.GREEDY.with().repeatPenalty(0.5f).repeatLastN(3).build();

    private static LanguageModel model;

    @BeforeAll
    static void load() throws IOException {
        model = NanoModels.withTokenizer();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Notes pieces and the tokens that were told with them. */
    private static final class Notes implements GenerationListener {
        final List<ScoredToken> tokens = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        /** Bytes of the tokens, when the last text came. */
        String atLastText = "";

        @Override
        public boolean onText(String piece) {
            text.append(piece);
            atLastText = bytes();
            return true;
        }

        @Override
        public void onTokens(List<ScoredToken> told) {
            tokens.addAll(told);
        }

        /** Control tokens are silent in the text. */
        String bytes() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int id : ids()) {
                all.writeBytes(model.tokenizer().piece(id, false));
            }
            return all.toString(StandardCharsets.UTF_8);
        }

        int[] ids() {
            return tokens.stream().mapToInt(token -> token.chosen().id()).toArray();
        }
    }

    private static int[] prompt() {
        return model.encode(Prompt.raw("abcabcabcabcab"));
    }

    private static Notes run(GenerationOptions options) {
        Notes notes = new Notes();
        try (Session session = model.newSession(CONTEXT)) {
            GenerationResult result = session.generate(prompt(), options, notes);
            assertEquals(result.text(), notes.text.toString());
        }
        return notes;
    }

    @Test
    void aPromptIsScoredAsIfItHadBeenGenerated() {
        Notes notes = run(options(WARM).withScores(3));
        int[] prompt = prompt();
        int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(notes.ids()))
                .toArray();
        try (Session session = model.newSession(CONTEXT)) {
            session.evaluate(new int[] {1, 2, 3});
            List<ScoredToken> scored = session.score(all, 3, () -> false);
            assertEquals(all.length - 1, scored.size());
            for (int i = 0; i < notes.tokens.size(); i++) {
                ScoredToken expected = notes.tokens.get(i);
                ScoredToken actual = scored.get(prompt.length - 1 + i);
                assertEquals(expected.chosen().id(), actual.chosen().id());
                assertEquals(expected.chosen().logProbability(), actual.chosen().logProbability(), SMALL);
                assertEquals(expected.likeliest().size(), actual.likeliest().size());
            }
            assertTrue(session.score(all, 0, () -> true).isEmpty());
        }
    }

    private static GenerationOptions options(SamplingOptions sampling, String... stops) {
        return new GenerationOptions(LIMIT, sampling, List.of(stops));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 100})
    void areTheModelsOwnLogProbabilities(int top) {
        Notes notes = run(options(WARM).withScores(top));
        assertTrue(notes.tokens.size() > 5);
        try (Session session = model.newSession(CONTEXT)) {
            double[] expected = logProbabilities(session.evaluate(prompt()));
            for (ScoredToken token : notes.tokens) {
                int[] order = IntStream.range(0, expected.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(id -> -expectedOf(expected, id)))
                        .mapToInt(Integer::intValue)
                        .limit(top)
                        .toArray();
                int id = token.chosen().id();
                assertEquals(expected[id], token.chosen().logProbability(), 1e-4);
                assertArrayEquals(
                        order,
                        token.likeliest().stream()
                                .mapToInt(ScoredToken.Score::id)
                                .toArray());
                for (ScoredToken.Score score : token.likeliest()) {
                    assertEquals(expected[score.id()], score.logProbability(), 1e-4);
                }
                System.arraycopy(logProbabilities(session.evaluate(new int[] {id})), 0, expected, 0, expected.length);
            }
        }
    }

    @Test
    void mayBeThoseOfWhatTheSamplersLeave() {
        float temperature = 0.5f;
        int kept = 3;
        SamplingOptions cut = WARM.with().temperature(temperature).topK(kept).build();
        Notes notes = run(options(cut).withSampledScores(5));
        assertTrue(notes.tokens.size() > 5);
        try (Session session = model.newSession(CONTEXT)) {
            double[] own = logProbabilities(session.evaluate(prompt()));
            for (ScoredToken token : notes.tokens) {
                double[] weights = Arrays.stream(own)
                        .map(p -> -p)
                        .sorted()
                        .limit(kept)
                        .map(p -> Math.exp(-p / temperature))
                        .toArray();
                double sum = Arrays.stream(weights).sum();
                assertEquals(kept, token.likeliest().size());
                for (int i = 0; i < kept; i++) {
                    ScoredToken.Score score = token.likeliest().get(i);
                    assertEquals(Math.log(weights[i] / sum), score.logProbability(), 1e-3);
                    if (score.id() == token.chosen().id()) {
                        assertEquals(score.logProbability(), token.chosen().logProbability());
                    }
                }
                int id = token.chosen().id();
                System.arraycopy(logProbabilities(session.evaluate(new int[] {id})), 0, own, 0, own.length);
            }
        }
    }

    @Test
    void whatIsChosenAloneIsCertain() {
        SamplingOptions surprise = SamplingOptions.GREEDY
                .with()
                .temperature(1)
                .seed(3)
                .mirostat(new SamplingOptions.Mirostat(2, 0.1f, 0.1f))
                .build();
        for (SamplingOptions sampling : List.of(SamplingOptions.GREEDY, surprise)) {
            for (ScoredToken token : run(options(sampling).withSampledScores(2)).tokens) {
                if (token.likeliest().size() == 1) {
                    assertEquals(0, token.chosen().logProbability());
                    assertEquals(
                            token.chosen().id(), token.likeliest().getFirst().id());
                }
                assertTrue(sampling == surprise || token.likeliest().size() == 1);
            }
        }
    }

    private static double expectedOf(double[] expected, int id) {
        return expected[id];
    }

    private static double[] logProbabilities(float[] logits) {
        double most = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double all = most + Math.log(sum);
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i] - all)
                .toArray();
    }

    @Test
    void theirBytesAreTheText() {
        Notes notes = run(options(WARM).withScores(2));
        assertEquals(notes.text.toString(), notes.bytes());
        for (ScoredToken token : notes.tokens) {
            ScoredToken.Score chosen = token.chosen();
            assertArrayEquals(model.tokenizer().piece(chosen.id(), true), chosen.bytes());
        }
    }

    @Test
    void areTheSameWithSpeculation() {
        for (SamplingOptions sampling : List.of(WARM, REPEATING)) {
            for (GenerationOptions options :
                    List.of(options(sampling).withScores(3), options(sampling).withSampledScores(3))) {
                List<String> plain = shown(run(options));
                assertEquals(plain, shown(run(options.withSpeculation(true))));
                assertTrue(!plain.isEmpty());
            }
        }
    }

    private static List<String> shown(Notes notes) {
        return notes.tokens.stream()
                .map(token -> token.chosen().id() + " " + token.chosen().logProbability() + " "
                        + token.likeliest().stream()
                                .map(score -> score.id() + ":" + score.logProbability())
                                .toList())
                .toList();
    }

    @Test
    void tokensOfAStopTextAreNotTold() {
        String whole = run(options(WARM)).text.toString();
        int[] ids = run(options(WARM).withScores(0)).ids();
        for (int end = 3; end < whole.length(); end += 3) {
            String stop = whole.substring(end - 2, end);
            Notes notes = run(options(WARM, stop).withScores(0));
            assertTrue(notes.bytes().startsWith(notes.text.toString()), "all text has its token");
            assertEquals(notes.atLastText, notes.bytes(), "tokens come before their text");
            assertArrayEquals(Arrays.copyOf(ids, notes.tokens.size()), notes.ids());
            assertTrue(notes.bytes().length() <= end, "no token begins after the stop text");
        }
    }

    @Test
    void nobodyIsToldWithoutAsking() {
        assertTrue(run(options(WARM)).tokens.isEmpty());
    }
}
