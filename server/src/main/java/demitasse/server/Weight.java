package demitasse.server;

import io.javalin.security.RouteRole;

/** What a request costs everybody else, beside {@link Access}, for the rate limits. A route that says nothing is light. */
enum Weight implements RouteRole {
    /** The assistant works on it, and what was said is kept. */
    MESSAGE,
    /** All wait for it. */
    HEAVY
}
