package demitasse.server;

import io.javalin.security.RouteRole;
import java.util.Set;

/**
 * Who may use a route when there is an API key; each role may do what those before it may. A route that does not say so
 * is for administrators.
 */
enum Access implements RouteRole {
    /** Customers on the chat page have no key: pages, and what a session id gives access to. */
    OPEN,
    /** Programs that customers use: the models. */
    CUSTOMER,
    /** People who take over: the conversations of everybody. */
    AGENT,
    /** What changes the knowledge base and the server, and what tells about them. */
    ADMIN;

    static Access of(Set<RouteRole> roles) {
        return roles.stream()
                .filter(Access.class::isInstance)
                .map(Access.class::cast)
                .findFirst()
                .orElse(ADMIN);
    }
}
