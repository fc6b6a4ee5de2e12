package demitasse.server;

import java.time.Duration;
import java.util.List;

/**
 * What one connection, and all together, may cost.
 *
 * @param most connections at a time; when there are more, the one that has been idle longest is closed
 * @param perAddress connections of one address, other than this machine and trusted proxies
 * @param headers from a request's first byte to the end of its headers
 * @param idle between two requests
 * @param bodyGrace after which a request's body must have come at {@code bodyBytesPerSecond} on average
 * @param request from a request's first byte to the end of its answer
 * @param write how long a streamed answer may wait for its client to take it, in all
 */
public record ConnectionLimits(
        int most,
        int perAddress,
        Duration headers,
        Duration idle,
        Duration bodyGrace,
        long bodyBytesPerSecond,
        Duration request,
        Duration write) {
    public ConnectionLimits {
        if (most < 1 || perAddress < 1 || bodyBytesPerSecond < 0) {
            throw new IllegalArgumentException("limits must be 1 or more");
        }
        for (Duration time : List.of(headers, idle, bodyGrace, request, write)) {
            if (!time.isPositive()) {
                throw new IllegalArgumentException("times must be more than 0");
            }
        }
    }

    public static ConnectionLimits defaults() {
        return new ConnectionLimits(
                4_096,
                256,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                1_024,
                Duration.ofMinutes(15),
                Duration.ofSeconds(30));
    }
}
