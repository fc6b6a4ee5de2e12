package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import demitasse.phi3.tools.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** OpenAI's {@code chat.completion} and its chunks. */
final class ChatShape implements AnswerShape {
    record Function(String name, String arguments) {}

    /** @param index in chunks only */
    record Call(Integer index, String id, String type, Function function) {
        static Call of(Integer index, ToolCall call) {
            return new Call(index, call.id(), "function", new Function(call.name(), call.arguments()));
        }
    }

    record Message(
            String role,
            @JsonInclude(JsonInclude.Include.ALWAYS) String content,
            List<Call> toolCalls) {}

    record Delta(String role, String content, List<Call> toolCalls) {}

    record Choice(
            int index,
            Message message,
            Delta delta,
            TokenProbabilities.Content logprobs,
            @JsonInclude(JsonInclude.Include.ALWAYS) String finishReason) {}

    private final Completion.Head head;
    private final GenerationRequest request;
    private final ToolText[] texts;

    /** @param answers tell text from calls, one for each choice */
    ChatShape(String model, GenerationRequest request, Supplier<ToolAnswer> answers) {
        this.head = new Completion.Head("chatcmpl-", model);
        this.request = request;
        this.texts = Stream.generate(answers)
                .limit(request.choices())
                .map(ToolText::new)
                .toArray(ToolText[]::new);
    }

    @Override
    public List<Object> first(int choice) {
        return List.of(chunk(choice, new Delta("assistant", "", null), null, null));
    }

    @Override
    public List<Object> piece(Piece piece) {
        ToolText text = texts[piece.choice()];
        text.add(piece.tokens());
        return chunks(piece.choice(), text.answer().next(piece.text()));
    }

    @Override
    public List<Object> end(List<GenerationResult> results) {
        List<Object> chunks = new ArrayList<>();
        for (int choice = 0; choice < texts.length; choice++) {
            ToolText text = texts[choice];
            chunks.addAll(chunks(choice, text.answer().finish()));
            String reason = reason(text, results.get(choice).finishReason());
            chunks.add(chunk(choice, new Delta(null, null, null), logprobs(text.takeTokens()), reason));
        }
        if (request.includeUsage()) {
            GenerationResult sum = Usage.sum(results, texts.length);
            chunks.add(head.with("chat.completion.chunk", List.of(), sum));
        }
        return chunks;
    }

    private static String reason(ToolText text, FinishReason reason) {
        return text.answer().calls().isEmpty() ? AnswerShape.word(reason) : "tool_calls";
    }

    /** Text and whatever calls are new. */
    private List<Object> chunks(int choice, String content) {
        ToolAnswer answer = texts[choice].answer();
        List<Object> chunks = new ArrayList<>();
        if (!content.isEmpty()) {
            chunks.add(chunk(choice, new Delta(null, content, null), logprobs(texts[choice].takeTokens()), null));
        }
        List<ToolCall> calls = answer.newCalls();
        int index = answer.calls().size() - calls.size();
        for (ToolCall call : calls) {
            chunks.add(chunk(choice, new Delta(null, null, List.of(Call.of(index++, call))), null, null));
        }
        return chunks;
    }

    private TokenProbabilities.Content logprobs(List<ScoredToken> tokens) {
        return request.scored() && !tokens.isEmpty()
                ? new TokenProbabilities.Content(TokenProbabilities.entries(tokens))
                : null;
    }

    private Object chunk(int choice, Delta delta, TokenProbabilities.Content logprobs, String finishReason) {
        return head.with(
                "chat.completion.chunk", List.of(new Choice(choice, null, delta, logprobs, finishReason)), null);
    }

    @Override
    public Object whole(List<Answer> answers) {
        List<Choice> choices = IntStream.range(0, answers.size())
                .mapToObj(choice -> choice(choice, answers.get(choice)))
                .toList();
        List<GenerationResult> results = answers.stream().map(Answer::result).toList();
        return head.with("chat.completion", choices, Usage.sum(results, answers.size()));
    }

    private Choice choice(int index, Answer whole) {
        ToolAnswer answer = texts[index].answer();
        String text = answer.next(whole.text()) + answer.finish();
        List<Call> calls =
                answer.calls().stream().map(call -> Call.of(null, call)).toList();
        Message message = calls.isEmpty()
                ? new Message("assistant", text, null)
                : new Message("assistant", text.isEmpty() ? null : text, calls);
        String reason = reason(texts[index], whole.result().finishReason());
        return new Choice(index, message, null, logprobs(whole.tokens()), reason);
    }
}
