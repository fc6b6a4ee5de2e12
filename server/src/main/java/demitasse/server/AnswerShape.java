package demitasse.server;

import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** How the answers to one request are dressed: dialects and their endpoints differ in nothing else. Used once. */
interface AnswerShape {
    /** @param tokens if the request asked for them */
    record Answer(String text, List<ScoredToken> tokens, GenerationResult result) {}

    /** The chunks of an answer's stream before its text. */
    List<Object> first(int choice);

    /** The chunks that a piece of an answer gives. */
    List<Object> piece(Piece piece);

    /** The chunks at the end, which tell why, and the counts if they are wanted. */
    List<Object> end(List<GenerationResult> results);

    Object whole(List<Answer> answers);

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
}
