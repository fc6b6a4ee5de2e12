package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationResult;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** How an answer is dressed: chat completions and plain completions differ in nothing else. */
interface AnswerShape {
    /** The first chunk of a stream, before any text; null if there is none. */
    Object first();

    Object piece(String text);

    Object last(FinishReason reason);

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
    record Chat(String id, long created, String model) implements AnswerShape {
        record Message(String role, String content) {}

        record Choice(
                int index,
                Message message,
                Message delta,
                @JsonInclude(JsonInclude.Include.ALWAYS) String finishReason) {}

        record Completion(
                String id,
                String object,
                long created,
                String model,
                List<Choice> choices,
                Usage usage,
                Usage.Timings timings) {}

        static Chat of(String model) {
            return new Chat(newId("chatcmpl-"), now(), model);
        }

        @Override
        public Object first() {
            return chunk(new Message("assistant", ""), null);
        }

        @Override
        public Object piece(String text) {
            return chunk(new Message(null, text), null);
        }

        @Override
        public Object last(FinishReason reason) {
            return chunk(new Message(null, null), word(reason));
        }

        private Object chunk(Message delta, String finishReason) {
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
            Message message = new Message("assistant", result.text());
            List<Choice> choices = List.of(new Choice(0, message, null, word(result.finishReason())));
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
        public Object piece(String text) {
            return body(List.of(new Choice(0, text, null)), null);
        }

        @Override
        public Object last(FinishReason reason) {
            return body(List.of(new Choice(0, "", word(reason))), null);
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
