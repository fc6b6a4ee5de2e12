package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.tools.ToolCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** How an answer is dressed: chat completions and plain completions differ in nothing else. */
interface AnswerShape {
    /** The first chunk of a stream, before any text; null if there is none. */
    Object first();

    /** The chunks that a piece of the answer gives. */
    List<Object> pieces(String text);

    /** The chunks at the end, of which the last tells why. */
    List<Object> end(FinishReason reason);

    /** The chunk after the last, without choices. */
    Object counts(GenerationResult result);

    Object whole(GenerationResult result);

    /** A generation that was cut off, by whatever, has no better name among OpenAI's. */
    static String word(FinishReason reason) {
        return reason == FinishReason.STOP ? "stop" : "length";
    }

    static long now() {
        return Instant.now().getEpochSecond();
    }

    static String newId(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    /** {@code chat.completion} and its chunks. */
    record Chat(String id, long created, String model, ToolAnswer answer) implements AnswerShape {
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
                @JsonInclude(JsonInclude.Include.ALWAYS) String finishReason) {}

        record Completion(
                String id,
                String object,
                long created,
                String model,
                List<Choice> choices,
                Usage usage,
                Usage.Timings timings) {}

        /** @param answer tells text from calls; of this answer only */
        static Chat of(String model, ToolAnswer answer) {
            return new Chat(newId("chatcmpl-"), now(), model, answer);
        }

        @Override
        public Object first() {
            return chunk(new Delta("assistant", "", null), null);
        }

        @Override
        public List<Object> pieces(String text) {
            return chunks(answer.next(text));
        }

        @Override
        public List<Object> end(FinishReason reason) {
            List<Object> chunks = new ArrayList<>(chunks(answer.finish()));
            chunks.add(chunk(new Delta(null, null, null), reason(reason)));
            return chunks;
        }

        private String reason(FinishReason reason) {
            return answer.calls().isEmpty() ? word(reason) : "tool_calls";
        }

        /** Text and whatever calls are new. */
        private List<Object> chunks(String text) {
            List<Object> chunks = new ArrayList<>();
            if (!text.isEmpty()) {
                chunks.add(chunk(new Delta(null, text, null), null));
            }
            int index = answer.calls().size();
            List<ToolCall> calls = answer.newCalls();
            index -= calls.size();
            for (ToolCall call : calls) {
                chunks.add(chunk(new Delta(null, null, List.of(Call.of(index++, call))), null));
            }
            return chunks;
        }

        private Object chunk(Delta delta, String finishReason) {
            return chunk(List.of(new Choice(0, null, delta, finishReason)), null, null);
        }

        @Override
        public Object counts(GenerationResult result) {
            return chunk(List.of(), Usage.of(result), Usage.Timings.of(result));
        }

        private Object chunk(List<Choice> choices, Usage usage, Usage.Timings timings) {
            return new Completion(id, "chat.completion.chunk", created, model, choices, usage, timings);
        }

        @Override
        public Object whole(GenerationResult result) {
            String text = answer.next(result.text()) + answer.finish();
            List<Call> calls =
                    answer.calls().stream().map(call -> Call.of(null, call)).toList();
            Message message = calls.isEmpty()
                    ? new Message("assistant", text, null)
                    : new Message("assistant", text.isEmpty() ? null : text, calls);
            List<Choice> choices = List.of(new Choice(0, message, null, reason(result.finishReason())));
            return new Completion(
                    id, "chat.completion", created, model, choices, Usage.of(result), Usage.Timings.of(result));
        }
    }

    /** {@code text_completion}, whole or in chunks. */
    record Text(String id, long created, String model) implements AnswerShape {
        record Choice(
                int index,
                String text,
                @JsonInclude(JsonInclude.Include.ALWAYS) String finishReason) {}

        record Completion(
                String id,
                String object,
                long created,
                String model,
                List<Choice> choices,
                Usage usage,
                Usage.Timings timings) {}

        static Text of(String model) {
            return new Text(newId("cmpl-"), now(), model);
        }

        @Override
        public Object first() {
            return null;
        }

        @Override
        public List<Object> pieces(String text) {
            return List.of(body(List.of(new Choice(0, text, null)), null));
        }

        @Override
        public List<Object> end(FinishReason reason) {
            return List.of(body(List.of(new Choice(0, "", word(reason))), null));
        }

        @Override
        public Object counts(GenerationResult result) {
            return body(List.of(), result);
        }

        @Override
        public Object whole(GenerationResult result) {
            return body(List.of(new Choice(0, result.text(), word(result.finishReason()))), result);
        }

        private Object body(List<Choice> choices, GenerationResult result) {
            Usage usage = result == null ? null : Usage.of(result);
            Usage.Timings timings = result == null ? null : Usage.Timings.of(result);
            return new Completion(id, "text_completion", created, model, choices, usage, timings);
        }
    }
}
