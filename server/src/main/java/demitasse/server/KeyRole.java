package demitasse.server;

/** What an API key opens; each role may do what those before it may. */
public enum KeyRole {
    /** Programs that customers use: the models. */
    CUSTOMER,
    /** People who take over: the conversations of everybody. */
    AGENT,
    /** What changes the knowledge base and the server, and what tells about them. */
    ADMIN;

    boolean reaches(Access access) {
        return switch (access) {
            case OPEN -> true;
            case CUSTOMER -> this.compareTo(CUSTOMER) >= 0;
            case AGENT -> this.compareTo(AGENT) >= 0;
            case ADMIN -> this == ADMIN;
        };
    }
}
