package demitasse.server;

import io.javalin.security.RouteRole;

/** Who may use a route when there is an API key. A route that does not say so is for key holders. */
enum Access implements RouteRole {
    /** Customers have no key: pages, and what a session id gives access to. */
    OPEN,
    /** Models and the conversations of everybody. */
    KEY
}
