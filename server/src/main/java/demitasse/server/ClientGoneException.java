package demitasse.server;

/** The client has closed its connection; nobody reads what we would say. */
final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(Throwable cause) {
        super("the client has gone", cause, false, false);
    }
}
