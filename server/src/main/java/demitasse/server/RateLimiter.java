package demitasse.server;

import demitasse.server.Rates.Rate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Token buckets by caller, in memory. When there are more callers than places, those who have been silent longest lose
 * theirs, and begin with a full bucket when they come again.
 */
final class RateLimiter {
    private static final double NANOS = 1e9;

    private static final class Bucket {
        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }
    }

    private final Map<String, Bucket> buckets;
    private final LongSupplier nanoTime;

    /** @param places callers that are remembered */
    RateLimiter(int places, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > places;
            }
        };
    }

    /**
     * Takes tokens from a caller's bucket, if it has them.
     *
     * @param cost tokens; more than the bucket can hold count as all of it
     * @return 0, or after how many seconds there will be enough; nothing is taken then
     */
    synchronized double take(String caller, Rate rate, double cost) {
        if (!rate.isLimit()) {
            return 0;
        }
        double wanted = Math.min(cost, rate.burst());
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(caller, name -> new Bucket(rate.burst(), now));
        bucket.tokens = Math.min(rate.burst(), bucket.tokens + rate.perSecond() * (now - bucket.at) / NANOS);
        bucket.at = now;
        if (bucket.tokens < wanted) {
            return (wanted - bucket.tokens) / rate.perSecond();
        }
        bucket.tokens -= wanted;
        return 0;
    }

    synchronized int size() {
        return buckets.size();
    }
}
