package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What every request passes first: headers for browsers, a request id, the host, the origin, the key. */
final class Guard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String CONTENT_POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none';" + " form-action 'self'; frame-ancestors 'none'";

    private final ApiKeys keys;
    private final boolean loopback;
    private final BooleanSupplier stopping;

    /** @param loopback only names of this machine are accepted, so that no other site's name can be pointed at us */
    Guard(ApiKeys keys, boolean loopback, BooleanSupplier stopping) {
        this.keys = keys;
        this.loopback = loopback;
        this.stopping = stopping;
    }

    static boolean isLoopback(String host) {
        String bracketed = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return LOOPBACK.contains(bracketed.toLowerCase(Locale.ROOT));
    }

    void register(RoutesConfig routes) {
        routes.before(ctx -> {
            headers(ctx);
            checkHost(ctx);
            checkOrigin(ctx);
            checkStopping(ctx);
        });
        routes.beforeMatched(this::checkKey);
    }

    private static void headers(Context ctx) {
        ctx.header("Content-Security-Policy", CONTENT_POLICY);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("X-Frame-Options", "DENY");
        ctx.header("Referrer-Policy", "no-referrer");
        ctx.header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cross-Origin-Resource-Policy", "same-origin");
        ctx.header("Cache-Control", "no-store");
    }

    private void checkHost(Context ctx) {
        if (loopback && !isLoopback(withoutPort(ctx.host()))) {
            throw forbidden("wrong_host", "this server answers to localhost only");
        }
    }

    /** A page of another site may send simple requests without asking; browsers say where they come from. */
    private static void checkOrigin(Context ctx) {
        String origin = ctx.header("Origin");
        if (origin != null && !sameOrigin(origin, ctx.host())) {
            throw forbidden("wrong_origin", "requests from pages of other sites are not answered");
        }
    }

    private static boolean sameOrigin(String origin, String host) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withoutPort(String host) {
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private void checkStopping(Context ctx) {
        if (stopping.getAsBoolean() && !OperationsEndpoints.isHealth(ctx.path())) {
            ctx.header("Connection", "close");
            throw ApiException.unavailable("the server is stopping");
        }
    }

    private void checkKey(Context ctx) {
        if (keys.required() && !ctx.routeRoles().contains(Access.OPEN) && !keys.accept(ctx.header("Authorization"))) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ApiException(
                    401,
                    "authentication_error",
                    null,
                    "invalid_api_key",
                    "a valid API key is needed: Authorization: Bearer …");
        }
    }

    private static ApiException forbidden(String code, String message) {
        return new ApiException(403, "invalid_request_error", null, code, message);
    }
}
