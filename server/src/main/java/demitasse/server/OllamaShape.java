package demitasse.server;

import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import demitasse.phi3.tools.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Ollama's answers: {@code message} in a chat, {@code response} of a generation; counts with the last one. */
final class OllamaShape implements AnswerShape {
    /** @param arguments an object, not its text */
    record Function(int index, String name, Object arguments) {}

    record Call(String id, Function function) {}

    record Message(String role, String content, List<Call> toolCalls) {}

    /**
     * @param doneReason and what follows: null before the end; durations in nanoseconds
     * @param response null in a chat
     * @param message null in a generation
     */
    record Body(
            String model,
            String createdAt,
            Message message,
            String response,
            boolean done,
            String doneReason,
            List<TokenProbabilities.Entry> logprobs,
            Long totalDuration,
            Long loadDuration,
            Integer promptEvalCount,
            Long promptEvalDuration,
            Integer evalCount,
            Long evalDuration) {}

    private static final double NANOS = 1e9;

    private final long startNanos = System.nanoTime();
    private final boolean chat;
    private final String model;
    private final boolean scored;
    private final ToolText text;
    private int calls;

    /** @param model as the request called it */
    OllamaShape(boolean chat, String model, boolean scored, ToolAnswer answer) {
        this.chat = chat;
        this.model = model;
        this.scored = scored;
        this.text = new ToolText(answer);
    }

    /** What a request without a prompt gets, which is to load the model. */
    Object loaded() {
        return body("", List.of(), "load", List.of(), null);
    }

    @Override
    public List<Object> first(int choice) {
        return List.of();
    }

    @Override
    public List<Object> piece(Piece piece) {
        text.add(piece.tokens());
        return chunks(text.answer().next(piece.text()));
    }

    /** Text and whatever calls are new. */
    private List<Object> chunks(String content) {
        List<Object> chunks = new ArrayList<>();
        if (!content.isEmpty()) {
            chunks.add(body(content, List.of(), null, text.takeTokens(), null));
        }
        List<ToolCall> fresh = text.answer().newCalls();
        if (!fresh.isEmpty()) {
            chunks.add(body("", fresh, null, List.of(), null));
        }
        return chunks;
    }

    @Override
    public List<Object> end(List<GenerationResult> results) {
        List<Object> chunks = new ArrayList<>(chunks(text.answer().finish()));
        GenerationResult result = results.getFirst();
        chunks.add(body("", List.of(), AnswerShape.word(result.finishReason()), text.takeTokens(), result));
        return chunks;
    }

    @Override
    public Object whole(List<Answer> answers) {
        Answer only = answers.getFirst();
        String content = text.answer().next(only.text()) + text.answer().finish();
        String reason = AnswerShape.word(only.result().finishReason());
        return body(content, text.answer().newCalls(), reason, only.tokens(), only.result());
    }

    /**
     * @param doneReason null before the end
     * @param result null where nothing was counted
     */
    private Object body(
            String content,
            List<ToolCall> newCalls,
            String doneReason,
            List<ScoredToken> tokens,
            GenerationResult result) {
        boolean counted = result != null;
        return new Body(
                model,
                Instant.now().toString(),
                chat ? new Message("assistant", content, calls(newCalls)) : null,
                chat ? null : content,
                doneReason != null,
                doneReason,
                scored && !tokens.isEmpty() ? TokenProbabilities.entries(tokens) : null,
                counted ? System.nanoTime() - startNanos : null,
                counted ? 0L : null,
                counted ? result.promptTokens() : null,
                counted ? nanos(result.promptSeconds()) : null,
                counted ? result.generatedTokens() : null,
                counted ? nanos(result.generationSeconds()) : null);
    }

    private List<Call> calls(List<ToolCall> newCalls) {
        List<Call> all = new ArrayList<>();
        for (ToolCall call : newCalls) {
            Object arguments = Json.parse(call.arguments().getBytes(StandardCharsets.UTF_8));
            all.add(new Call(call.id(), new Function(calls++, call.name(), arguments)));
        }
        return all.isEmpty() ? null : all;
    }

    private static long nanos(double seconds) {
        return (long) (seconds * NANOS);
    }
}
