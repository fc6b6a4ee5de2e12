package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's {@code text_completion}, whole or in chunks. */
final class TextShape implements AnswerShape {
    record Choice(
            int index,
            String text,
            TokenProbabilities.Columns logprobs,
            @JsonInclude(JsonInclude.Include.ALWAYS) String finishReason) {}

    private static final String OBJECT = "text_completion";

    private final Completion.Head head;
    private final GenerationRequest request;
    private final List<TextPrompts.Echo> echoes;
    /** Of each choice: characters of the text whose tokens have been told. */
    private final int[] told;

    /** @param echoes what each choice begins with: its prompt, or nothing */
    TextShape(String model, GenerationRequest request, List<TextPrompts.Echo> echoes) {
        this.head = new Completion.Head("cmpl-", model);
        this.request = request;
        this.echoes = echoes;
        // Some vocabularies put a space before a text, which stands in its tokens but not in it.
        this.told = echoes.stream()
                .mapToInt(echo -> echo.text().length() - TokenProbabilities.characters(echo.tokens()))
                .toArray();
    }

    @Override
    public List<Object> first(int choice) {
        TextPrompts.Echo echo = echoes.get(choice);
        return echo.text().isEmpty()
                ? List.of()
                : List.of(chunk(new Choice(choice, echo.text(), logprobs(choice, echo.tokens()), null)));
    }

    @Override
    public List<Object> piece(Piece piece) {
        if (piece.text().isEmpty() && piece.tokens().isEmpty()) {
            return List.of();
        }
        return List.of(chunk(new Choice(piece.choice(), piece.text(), logprobs(piece.choice(), piece.tokens()), null)));
    }

    private TokenProbabilities.Columns logprobs(int choice, List<ScoredToken> tokens) {
        if (!request.scored() || tokens.isEmpty()) {
            return null;
        }
        boolean top = request.options().scores() > 0;
        TokenProbabilities.Columns columns = TokenProbabilities.columns(tokens, top, told[choice]);
        told[choice] += TokenProbabilities.characters(tokens);
        return columns;
    }

    @Override
    public List<Object> end(List<GenerationResult> results) {
        List<Object> chunks = new ArrayList<>();
        for (int choice = 0; choice < results.size(); choice++) {
            String reason = AnswerShape.word(results.get(choice).finishReason());
            chunks.add(chunk(new Choice(choice, "", null, reason)));
        }
        if (request.includeUsage()) {
            chunks.add(head.with(OBJECT, List.of(), Usage.sum(results, request.choices())));
        }
        return chunks;
    }

    @Override
    public Object whole(List<Answer> answers) {
        List<Choice> choices = new ArrayList<>();
        for (Answer answer : answers) {
            int index = choices.size();
            TextPrompts.Echo echo = echoes.get(index);
            List<ScoredToken> tokens = new ArrayList<>(echo.tokens());
            tokens.addAll(answer.tokens());
            choices.add(new Choice(
                    index,
                    echo.text() + answer.text(),
                    logprobs(index, tokens),
                    AnswerShape.word(answer.result().finishReason())));
        }
        return head.with(
                OBJECT, choices, Usage.sum(answers.stream().map(Answer::result).toList(), request.choices()));
    }

    private Object chunk(Choice choice) {
        return head.with(OBJECT, List.of(choice), null);
    }
}
