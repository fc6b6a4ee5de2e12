package demitasse.agent;

import demitasse.rag.StoreException;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether the clock can be trusted to say that something is old. A clock that is a year ahead for a minute would
 * otherwise have everything erased. After a jump, in whatever direction, nothing is erased for its age for a day: time to
 * put the clock right, and little against the ages that are usual. What customers erase goes at once all the same.
 */
final class ClockGuard {
    /** How long the clock must go on without a jump. */
    static final Duration HOLD = Duration.ofDays(1);
    /** A machine that was off for so long is not taken for a clock that has jumped. */
    static final Duration ABSENCE = Duration.ofDays(60);
    /** What a running process grants: time zones set wrongly, a laptop that slept. */
    static final Duration STEP = Duration.ofDays(1);

    /** The time is kept that often. */
    private static final Duration KEPT_EVERY = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(ClockGuard.class.getName());

    /** @param seen when the clock was last looked at */
    record State(Instant seen, Instant heldUntil) {}

    private final Store store;
    private State state;
    private Instant kept = Instant.EPOCH;

    ClockGuard(Store store) {
        this.store = store;
        this.state = store.clockState().orElse(null);
    }

    /** @param most how far the clock may have come since it was last looked at, or gone back */
    synchronized boolean trusts(Instant now, Duration most) {
        Instant held = state == null ? Instant.EPOCH : state.heldUntil();
        boolean jumped =
                state != null && Duration.between(state.seen(), now).abs().compareTo(most) > 0;
        if (jumped) {
            held = now.plus(HOLD);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock has gone from {0} to {1}: nothing is erased for its age until {2}",
                    state.seen(),
                    now,
                    held);
        }
        state = new State(now, held);
        if (jumped || Duration.between(kept, now).compareTo(KEPT_EVERY) > 0) {
            keep(now);
        }
        return !isHeld(now);
    }

    /** On a full disk the server starts and runs all the same: people can be read, and told. */
    private void keep(Instant now) {
        try {
            store.keepClockState(state);
            kept = now;
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, "the time was not kept: {0}", e.getMessage());
        }
    }

    synchronized boolean isHeld(Instant now) {
        return state != null && now.isBefore(state.heldUntil());
    }
}
