package demitasse.agent;

import java.util.List;
import java.util.Map;

/**
 * What the assistant says to one message.
 *
 * @param answer always text for the customer, also when declined or escalated
 * @param lang code (ISO 639) of the language that the answer is in
 * @param escalated a person takes over; {@code reason} says why (asked, complaint, legal, fraud, safety, self_harm,
 *     repeated_failure), empty otherwise
 * @param declined the assistant says that it does not know
 * @param generated the answer is a model's, and passed the grounding check
 * @param masked types of personal data that were masked in the message, for the privacy note
 * @param timings milliseconds by step: embed, search, generate, total
 * @param stored what was stored of it
 */
public record Reply(
        String answer,
        String lang,
        List<Source> sources,
        Intent intent,
        double confidence,
        boolean escalated,
        String reason,
        boolean declined,
        boolean generated,
        List<String> masked,
        Map<String, Double> timings,
        Stored stored) {
    /** A document that the answer rests on. */
    public record Source(String id, String title, String source, String excerpt, double score) {}

    /**
     * The two messages as they are stored.
     *
     * @param questionId the customer's; 0 if it was not stored
     * @param answerId the assistant's; 0 if it was not stored
     * @param question the customer's words, masked
     */
    public record Stored(long questionId, long answerId, String question) {
        static final Stored NOTHING = new Stored(0, 0, "");
    }

    public Reply(
            String answer,
            String lang,
            List<Source> sources,
            Intent intent,
            double confidence,
            boolean escalated,
            String reason,
            boolean declined,
            boolean generated,
            List<String> masked,
            Map<String, Double> timings) {
        this(
                answer,
                lang,
                sources,
                intent,
                confidence,
                escalated,
                reason,
                declined,
                generated,
                masked,
                timings,
                Stored.NOTHING);
    }

    Reply withAnswer(String text) {
        return new Reply(
                text,
                lang,
                sources,
                intent,
                confidence,
                escalated,
                reason,
                declined,
                generated,
                masked,
                timings,
                stored);
    }

    /** With what was stored of it. */
    public Reply withStored(Stored what) {
        return new Reply(
                answer,
                lang,
                sources,
                intent,
                confidence,
                escalated,
                reason,
                declined,
                generated,
                masked,
                timings,
                what);
    }
}
