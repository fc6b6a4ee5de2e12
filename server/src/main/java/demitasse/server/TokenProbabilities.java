package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.phi3.ScoredToken;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Log-probabilities of tokens in the forms of the dialects. */
final class TokenProbabilities {
    /** JSON has no infinities; OpenAI writes this for what cannot be. */
    private static final double LEAST = -9999;

    private TokenProbabilities() {}

    /** OpenAI's chat form, and Ollama's. @param topLogprobs null within these */
    record Entry(String token, double logprob, List<Integer> bytes, List<Entry> topLogprobs) {
        private static Entry of(ScoredToken.Score score, List<Entry> top) {
            List<Integer> bytes = new ArrayList<>();
            for (byte b : score.bytes()) {
                bytes.add(Byte.toUnsignedInt(b));
            }
            return new Entry(text(score), number(score), bytes, top);
        }
    }

    /**
     * llama.cpp's form, with the token's id: log-probabilities, or probabilities of what the samplers left.
     *
     * @param logprob null where {@code prob} is told
     * @param topLogprobs null within these, and where {@code topProbs} are told
     */
    record NumberedEntry(
            int id,
            String token,
            List<Integer> bytes,
            Double logprob,
            Double prob,
            List<NumberedEntry> topLogprobs,
            List<NumberedEntry> topProbs) {
        private static NumberedEntry of(ScoredToken.Score score, boolean sampled, List<NumberedEntry> top) {
            Entry entry = Entry.of(score, null);
            return new NumberedEntry(
                    score.id(),
                    entry.token(),
                    entry.bytes(),
                    sampled ? null : entry.logprob(),
                    sampled ? Math.exp(score.logProbability()) : null,
                    sampled ? null : top,
                    sampled ? top : null);
        }
    }

    record Content(List<Entry> content) {}

    /** The form of plain completions: columns. */
    record Columns(
            List<String> tokens,
            List<Double> tokenLogprobs,
            @JsonInclude(JsonInclude.Include.ALWAYS) List<Map<String, Double>> topLogprobs,
            List<Integer> textOffset) {}

    static List<Entry> entries(List<ScoredToken> tokens) {
        return tokens.stream()
                .map(token -> Entry.of(
                        token.chosen(),
                        token.likeliest().stream()
                                .map(score -> Entry.of(score, null))
                                .toList()))
                .toList();
    }

    /** @param sampled whether they are scores of what the samplers left */
    static List<NumberedEntry> numbered(List<ScoredToken> tokens, boolean sampled) {
        return tokens.stream()
                .map(token -> NumberedEntry.of(
                        token.chosen(),
                        sampled,
                        token.likeliest().stream()
                                .map(score -> NumberedEntry.of(score, sampled, null))
                                .toList()))
                .toList();
    }

    /**
     * @param tokens one that has no probability, as the first of a prompt, has NaN
     * @param top whether alternatives were asked for; the chosen token is among them
     * @param offset where the first token begins in the text, in characters
     */
    static Columns columns(List<ScoredToken> tokens, boolean top, int offset) {
        List<String> texts = new ArrayList<>();
        List<Double> numbers = new ArrayList<>();
        List<Map<String, Double>> alternatives = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        int at = offset;
        for (ScoredToken token : tokens) {
            texts.add(key(token.chosen()));
            offsets.add(Math.max(0, at));
            at += text(token.chosen()).length();
            if (Float.isNaN(token.chosen().logProbability())) {
                numbers.add(null);
                alternatives.add(null);
                continue;
            }
            numbers.add(number(token.chosen()));
            Map<String, Double> likeliest = new LinkedHashMap<>();
            token.likeliest().forEach(score -> likeliest.putIfAbsent(key(score), number(score)));
            likeliest.putIfAbsent(key(token.chosen()), number(token.chosen()));
            alternatives.add(likeliest);
        }
        return new Columns(texts, numbers, top ? alternatives : null, offsets);
    }

    static int characters(List<ScoredToken> tokens) {
        return tokens.stream().mapToInt(token -> text(token.chosen()).length()).sum();
    }

    private static double number(ScoredToken.Score score) {
        float number = score.logProbability();
        return number > LEAST ? number : LEAST;
    }

    private static String text(ScoredToken.Score score) {
        return new String(score.bytes(), StandardCharsets.UTF_8);
    }

    /** Parts of characters would all be the same text: OpenAI spells their bytes. */
    private static String key(ScoredToken.Score score) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(score.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder spelt = new StringBuilder("bytes:");
            for (byte b : score.bytes()) {
                spelt.append(String.format("\\x%02x", b));
            }
            return spelt.toString();
        }
    }
}
