package demitasse.server;

import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** llama.cpp's own completion: one object, or an array of them for several prompts; a part of one for each chunk. */
final class LlamaShape implements AnswerShape {
    /**
     * What a request wants to be told.
     *
     * @param tokens ids too
     * @param timings in each chunk of a stream
     * @param fields paths of what is told at the end; empty: all
     */
    record Wanted(boolean tokens, boolean timings, List<String> fields) {
        static Wanted read(Fields fields) {
            return new Wanted(
                    fields.flag("return_tokens", false),
                    fields.flag("timings_per_token", false),
                    LlamaRequest.list(fields, "response_fields"));
        }
    }

    /**
     * @param index of the prompt
     * @param timings of the answer so far; null if the request did not ask for them
     */
    record Part(
            int index,
            String content,
            List<Integer> tokens,
            int idSlot,
            boolean stop,
            int tokensPredicted,
            int tokensEvaluated,
            Usage.Timings timings,
            List<TokenProbabilities.NumberedEntry> completionProbabilities) {}

    /**
     * @param content empty at the end of a stream
     * @param tokens ids, if the request asked for them
     * @param truncated whether the context was full
     * @param stopType eos, word, limit or none
     * @param tokensCached of the prompt
     * @param completionProbabilities null if the request did not ask for them, and at the end of a stream
     */
    record Completion(
            int index,
            String content,
            List<Integer> tokens,
            int idSlot,
            boolean stop,
            String model,
            int tokensPredicted,
            int tokensEvaluated,
            Map<String, Object> generationSettings,
            String prompt,
            boolean hasNewLine,
            boolean truncated,
            String stopType,
            String stoppingWord,
            int tokensCached,
            Usage.Timings timings,
            List<TokenProbabilities.NumberedEntry> completionProbabilities) {}

    /** Ours have no numbers that a client could use. */
    private static final int NO_SLOT = -1;

    private final ChatModel model;
    private final GenerationRequest request;
    private final Wanted wanted;
    private final List<int[]> prompts;
    private final Map<String, Object> settings;
    /** Of each answer. */
    private final int[] told;

    private final StringBuilder[] texts;

    LlamaShape(ChatModel model, GenerationRequest request, Wanted wanted, List<int[]> prompts) {
        this.model = model;
        this.request = request;
        this.wanted = wanted;
        this.prompts = prompts;
        this.told = new int[prompts.size()];
        this.texts = Stream.generate(StringBuilder::new).limit(prompts.size()).toArray(StringBuilder[]::new);
        GenerationOptions options = request.options();
        this.settings = LlamaSettings.of(
                options.sampling(), options.maxTokens(), request.stream(), Math.max(0, options.scores()));
        settings.put("stop", options.stop());
        settings.put("post_sampling_probs", options.sampled());
        settings.put("timings_per_token", wanted.timings());
    }

    @Override
    public List<Object> first(int choice) {
        return List.of();
    }

    /** The first piece of an answer says only that the prompt has been read; each of the others is a token. */
    @Override
    public List<Object> piece(Piece piece) {
        int choice = piece.choice();
        int predicted = told[choice]++;
        texts[choice].append(piece.text());
        if (piece.text().isEmpty() && piece.tokens().isEmpty()) {
            return List.of();
        }
        return List.of(new Part(
                choice,
                piece.text(),
                ids(piece.tokens()),
                NO_SLOT,
                false,
                predicted,
                prompts.get(choice).length,
                wanted.timings() ? piece.timings() : null,
                probabilities(piece.tokens())));
    }

    @Override
    public List<Object> end(List<GenerationResult> results) {
        List<Object> ends = new ArrayList<>();
        for (GenerationResult result : results) {
            int index = ends.size();
            boolean newLine = texts[index].indexOf("\n") >= 0;
            ends.add(completion(index, "", newLine, List.of(), result));
        }
        return ends;
    }

    @Override
    public Object whole(List<Answer> answers) {
        List<Object> completions = new ArrayList<>();
        for (Answer answer : answers) {
            String text = answer.text();
            completions.add(
                    completion(completions.size(), text, text.contains("\n"), answer.tokens(), answer.result()));
        }
        return completions.size() == 1 ? completions.getFirst() : completions;
    }

    private Object completion(
            int index, String text, boolean newLine, List<ScoredToken> tokens, GenerationResult result) {
        int[] prompt = prompts.get(index);
        boolean full = result.promptTokens() + result.generatedTokens() >= model.contextSize();
        Completion completion = new Completion(
                index,
                text,
                ids(tokens),
                NO_SLOT,
                true,
                model.name(),
                result.generatedTokens(),
                result.promptTokens(),
                settings,
                MixedText.decode(prompt, model.tokenizer()),
                newLine,
                full && result.finishReason() == FinishReason.LENGTH,
                stopType(result),
                result.stopText(),
                result.cachedTokens(),
                Usage.Timings.of(result),
                probabilities(tokens));
        return Json.parts(completion, wanted.fields());
    }

    private static String stopType(GenerationResult result) {
        return switch (result.finishReason()) {
            case STOP -> result.stopText().isEmpty() ? "eos" : "word";
            case LENGTH -> "limit";
            case CANCELLED -> "none";
        };
    }

    private List<Integer> ids(List<ScoredToken> tokens) {
        return wanted.tokens()
                ? tokens.stream().map(token -> token.chosen().id()).toList()
                : List.of();
    }

    private List<TokenProbabilities.NumberedEntry> probabilities(List<ScoredToken> tokens) {
        GenerationOptions options = request.options();
        return options.scores() > 0 && !tokens.isEmpty()
                ? TokenProbabilities.numbered(tokens, options.sampled())
                : null;
    }
}
