package demitasse.server;

import io.javalin.http.Context;

/** One way to send JSON. */
final class Send {
    static final String JSON = "application/json; charset=utf-8";

    private Send() {}

    static void json(Context ctx, Object body) {
        ctx.contentType(JSON);
        ctx.result(Json.text(body));
    }
}
