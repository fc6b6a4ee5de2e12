package demitasse.agent;

import java.time.Duration;
import java.time.Instant;

/**
 * How long things are kept; null: until they are erased. Zero: until the message is answered, or the hand-off is
 * resolved. What a person is at work on, or may be, stays for {@link #OPEN_HANDOFF} after the last message in any case.
 *
 * @param messages texts of customers, assistant and people, and comments of feedback; from when they were written
 * @param sessions everything about a session, hand-offs too; from its last message
 * @param handoffs reason and summary of a hand-off; from its last change
 */
public record Retention(Duration messages, Duration sessions, Duration handoffs) {
    /** A session with an open hand-off is left alone for so long after its last message. */
    static final Duration OPEN_HANDOFF = Duration.ofDays(7);
    /** Where nothing is kept, a sweep leaves alone what may belong to a message that is being answered. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(10);

    private static final Duration DEFAULT_AGE = Duration.ofDays(30);

    /** Thirty days for all. */
    public static final Retention DEFAULT = new Retention(DEFAULT_AGE, DEFAULT_AGE, DEFAULT_AGE);
    /** Until it is erased. */
    public static final Retention FOREVER = new Retention(null, null, null);

    public Retention {
        requireNotNegative(messages);
        requireNotNegative(sessions);
        requireNotNegative(handoffs);
    }

    private static void requireNotNegative(Duration age) {
        if (age != null && age.isNegative()) {
            throw new IllegalArgumentException("an age of what is kept must not be negative: " + age);
        }
    }

    /** Whether something is to go at the end of a turn already. */
    boolean endsWithTheTurn() {
        return isZero(messages) || isZero(sessions) || isZero(handoffs);
    }

    private static boolean isZero(Duration age) {
        return age != null && age.isZero();
    }

    /** What goes by itself where the clock cannot be trusted to tell ages: only what is not kept at all. */
    Retention withoutAges() {
        return new Retention(zeroOrNull(messages), zeroOrNull(sessions), zeroOrNull(handoffs));
    }

    private static Duration zeroOrNull(Duration age) {
        return isZero(age) ? age : null;
    }

    /** What is as old as this, or older, is to go; {@link Long#MIN_VALUE} for nothing. In milliseconds of the epoch. */
    static long cutoff(Duration age, Instant now, boolean turnIsOver) {
        if (age == null) {
            return Long.MIN_VALUE;
        }
        if (age.isZero() && turnIsOver) {
            return Long.MAX_VALUE; // also what was written before the clock was set back
        }
        return now.minus(age.isZero() && !turnIsOver ? UNDER_WAY : age).toEpochMilli();
    }
}
