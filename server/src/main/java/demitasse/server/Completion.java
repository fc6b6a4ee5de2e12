package demitasse.server;

import demitasse.phi3.GenerationResult;
import java.util.List;

/** OpenAI's completions, of chats and of texts, whole or in chunks. What comes of a choice is of the endpoint's own form. */
record Completion<C>(
        String id, String object, long created, String model, List<C> choices, Usage usage, Usage.Timings timings) {
    /** What all chunks of an answer begin with. */
    record Head(String id, long created, String model) {
        Head(String prefix, String model) {
            this(AnswerShape.newId(prefix), AnswerShape.now(), model);
        }

        /** @param counts null: not told */
        <C> Completion<C> with(String object, List<C> choices, GenerationResult counts) {
            return new Completion<>(
                    id,
                    object,
                    created,
                    model,
                    choices,
                    counts == null ? null : Usage.of(counts),
                    counts == null ? null : Usage.Timings.of(counts));
        }
    }
}
