package demitasse.server;

/**
 * How often one caller may come, where keys are needed; on a server that is open to its own machine only, as often as
 * they like.
 *
 * @param address requests of one address without a key; what changes something counts as five, a wrong key as ten
 * @param key requests with one key
 * @param messages of one address to the assistant
 * @param heavy of one address, of what makes everybody wait: to erase a conversation has the database written anew
 */
public record Rates(Rate address, Rate key, Rate messages, Rate heavy) {
    /**
     * A bucket of {@code burst} requests that is filled up at {@code perSecond}.
     *
     * @param perSecond 0: there is no limit
     */
    public record Rate(double perSecond, int burst) {
        public Rate {
            if (!(perSecond >= 0) || burst < 1) {
                throw new IllegalArgumentException("a rate is 0 or more a second, and 1 or more at once");
            }
        }

        boolean isLimit() {
            return perSecond > 0;
        }
    }

    public static final double ADDRESS_PER_SECOND = 50;
    private static final int BURST_SECONDS = 6;
    private static final Rate UNLIMITED = new Rate(0, 1);

    public static Rates defaults() {
        return of(ADDRESS_PER_SECOND);
    }

    /** @param perSecond requests of one address; the others follow from it. 0: no limits */
    public static Rates of(double perSecond) {
        if (perSecond == 0) {
            return new Rates(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);
        }
        return new Rates(
                burst(perSecond, BURST_SECONDS),
                burst(2 * perSecond, BURST_SECONDS),
                burst(perSecond / 25, 10 * BURST_SECONDS),
                burst(perSecond / 500, 10 * BURST_SECONDS));
    }

    private static Rate burst(double perSecond, int seconds) {
        return new Rate(perSecond, (int) Math.max(1, Math.ceil(perSecond * seconds)));
    }
}
