package demitasse.server;

import demitasse.server.Rates.Rate;
import io.javalin.http.Context;

/** Asks the {@link RateLimiter} for each request: of whom, which of the {@link Rates}, and what it costs. */
final class Tolls {
    private static final int CHANGE_COST = 5;
    private static final int WRONG_KEY_COST = 10;

    private final Callers callers;
    private final Rates rates;
    private final RateLimiter limiter;

    Tolls(Callers callers, Rates rates, RateLimiter limiter) {
        this.callers = callers;
        this.rates = rates;
        this.limiter = limiter;
    }

    /** @param key whose key it comes with; null: none */
    void onArrival(Context ctx, KeyFile.Entry key) {
        boolean looks = ctx.method().name().equals("GET") || ctx.method().name().equals("HEAD");
        if (key == null) {
            take(ctx, "address " + callers.of(ctx), rates.address(), looks ? 1 : CHANGE_COST);
        } else {
            take(ctx, "key " + key.name(), rates.key(), 1);
        }
    }

    /** Who guesses keys, or comes where one is needed without, soon has to wait for everything. */
    void onWrongKey(Context ctx) {
        take(ctx, "address " + callers.of(ctx), rates.address(), WRONG_KEY_COST);
    }

    void onRoute(Context ctx, KeyFile.Entry key) {
        boolean trusted = key != null; // a program that speaks for many customers
        if (ctx.routeRoles().contains(Weight.MESSAGE) && !trusted) {
            take(ctx, "messages " + callers.of(ctx), rates.messages(), 1);
        }
        if (ctx.routeRoles().contains(Weight.HEAVY) && !trusted) {
            take(ctx, "heavy " + callers.of(ctx), rates.heavy(), 1);
        }
    }

    private void take(Context ctx, String caller, Rate rate, double cost) {
        double seconds = limiter.take(caller, rate, cost);
        if (seconds > 0) {
            ctx.header("Retry-After", Long.toString((long) Math.ceil(seconds)));
            throw new ApiException(
                    429, "rate_limit_error", null, "rate_limit_exceeded", "too many requests; try again later");
        }
    }
}
