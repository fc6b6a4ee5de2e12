package demitasse.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What every request passes first: headers for browsers, a request id, the host, the origin, the rate, the key. */
final class Guard {
    private static final String SCHEME = "Bearer ";
    private static final String KEY = "demitasse.key";
    private static final String CONTENT_POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none';" + " form-action 'self'; frame-ancestors 'none'";

    /** What a browser is told with every answer. */
    static final Map<String, String> BROWSER_HEADERS = Map.of(
            "Content-Security-Policy", CONTENT_POLICY,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    private final ApiKeys keys;
    private final Hosts hosts;
    private final Tolls tolls;
    private final BooleanSupplier stopping;

    Guard(ApiKeys keys, Hosts hosts, Tolls tolls, BooleanSupplier stopping) {
        this.keys = keys;
        this.hosts = hosts;
        this.tolls = tolls;
        this.stopping = stopping;
    }

    void register(RoutesConfig routes) {
        routes.before(ctx -> {
            headers(ctx);
            checkFraming(ctx);
            checkHost(ctx);
            checkOrigin(ctx);
            checkStopping(ctx);
            KeyFile.Entry key = key(ctx);
            ctx.attribute(KEY, key);
            tolls.onArrival(ctx, key);
        });
        routes.beforeMatched(ctx -> {
            checkKey(ctx);
            tolls.onRoute(ctx, ctx.attribute(KEY));
        });
    }

    private static void headers(Context ctx) {
        BROWSER_HEADERS.forEach(ctx::header);
        ctx.header("Cache-Control", "no-store");
    }

    /** What servers and proxies may read differently, and Jetty lets pass. */
    private static void checkFraming(Context ctx) {
        boolean old = !ctx.protocol().equals("HTTP/1.1");
        if (old && ctx.header("Transfer-Encoding") != null) {
            ctx.header("Connection", "close");
            throw new ApiException(400, "invalid_request_error", null, "bad_request", "the request is malformed");
        }
    }

    private void checkHost(Context ctx) {
        if (!hosts.accept(ctx.host())) {
            throw forbidden("wrong_host", "this server does not answer to that name (see --allowed-host)");
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

    private void checkStopping(Context ctx) {
        if (stopping.getAsBoolean() && !OperationsEndpoints.isHealth(ctx.path())) {
            ctx.header("Connection", "close");
            throw ApiException.unavailable("the server is stopping");
        }
    }

    /** Null: none, or a wrong one. */
    private KeyFile.Entry key(Context ctx) {
        String given = keys.required() ? givenKey(ctx) : null;
        return given == null ? null : keys.find(given);
    }

    /** OpenAI's way, and that of Anthropic's clients, which llama.cpp understands too. */
    private static String givenKey(Context ctx) {
        String authorization = ctx.header("Authorization");
        if (authorization == null) {
            return ctx.header("X-API-Key");
        }
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : null;
    }

    private void checkKey(Context ctx) {
        Access needed = Access.of(ctx.routeRoles());
        if (needed == Access.OPEN) {
            return;
        }
        KeyFile.Entry key = ctx.attribute(KEY);
        if (!keys.required()) {
            if (Callers.cameThroughProxy(ctx)) {
                throw forbidden("no_key_set", "without an API key file this is for this machine only, not for a proxy");
            }
        } else if (key == null) {
            tolls.onWrongKey(ctx);
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ApiException(
                    401,
                    "authentication_error",
                    null,
                    "invalid_api_key",
                    "a valid API key is needed: Authorization: Bearer …");
        } else if (!key.role().reaches(needed)) {
            String role = needed.name().toLowerCase(Locale.ROOT);
            throw new ApiException(
                    403,
                    "permission_error",
                    null,
                    "insufficient_permissions",
                    "this API key may not do that: it needs the role " + role);
        }
    }

    /** Who calls, by the name of their key; null without one, or with a key that has no name. */
    static String caller(Context ctx) {
        KeyFile.Entry key = ctx.attribute(KEY);
        return key == null || key.isPlain() ? null : key.name();
    }

    private static ApiException forbidden(String code, String message) {
        return new ApiException(403, "invalid_request_error", null, code, message);
    }
}
