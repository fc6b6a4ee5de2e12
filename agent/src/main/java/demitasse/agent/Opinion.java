package demitasse.agent;

import java.util.List;
import java.util.Objects;

/**
 * A customer's like or dislike.
 *
 * @param messageId the answer that it is about; 0: not said
 * @param reason one of {@link #REASONS}, or empty
 * @param comment in the customer's own words; masked before it is stored; may be empty
 */
public record Opinion(boolean helpful, long messageId, String reason, String comment) {
    /** Why an answer was good (the first three) or bad. */
    public static final List<String> REASONS =
            List.of("solved", "clear", "quick", "wrong", "off_topic", "incomplete", "unclear");

    public Opinion {
        Objects.requireNonNull(comment, "comment");
        if (!reason.isEmpty() && !REASONS.contains(reason)) {
            throw new IllegalArgumentException("a reason is one of " + REASONS);
        }
    }

    Opinion withComment(String masked) {
        return new Opinion(helpful, messageId, reason, masked);
    }
}
