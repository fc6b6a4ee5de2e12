package demitasse.agent;

import java.time.LocalDate;
import java.util.Locale;

/**
 * How often something happened on a day (UTC). Holds no text and no id of anybody, so it stays when a session is erased.
 *
 * @param label what was counted, within its measure
 */
public record DailyCount(LocalDate day, Measure measure, String label, long count) {
    /** What is counted. */
    public enum Measure {
        /** Sessions by their first message; label {@code new}. */
        CONVERSATIONS,
        /** Messages by what became of them; labels of {@link Outcome}. */
        OUTCOME,
        /** Messages by {@link Intent}, those to a person left out. */
        INTENT,
        /** Messages by language code. */
        LANGUAGE,
        /** Answers by milliseconds: the label is the upper bound, or {@code more}. */
        LATENCY,
        /** Hand-offs by reason, on the day on which they were asked for. */
        HANDOFF,
        /** The same hand-offs by urgency: 0 normal, 1 high, 2 emergency. */
        URGENCY,
        /** Hand-offs that a person took, by seconds that the customer had waited: the upper bound, or {@code more}. */
        WAIT,
        /** {@code like} and {@code dislike}. */
        FEEDBACK,
        /** Why an answer was liked or disliked, where the customer said so; labels of {@link Opinion#REASONS}. */
        FEEDBACK_REASON;

        /** The lower-case name that files and HTTP use. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
