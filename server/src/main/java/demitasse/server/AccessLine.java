package demitasse.server;

/**
 * What the log keeps of a request: no word of a customer, no address, no id of a session.
 *
 * @param route the template of the path
 * @param millis until the answer had been sent
 */
record AccessLine(String method, String route, int status, double millis) {
    /** To be switched off, or on alone, by this name. */
    static final System.Logger LOG = System.getLogger("demitasse.access");

    private static final double TENTHS = 10;

    void write() {
        var level = OperationsEndpoints.isProbe(route) ? System.Logger.Level.DEBUG : System.Logger.Level.INFO;
        LOG.log(level, "{0}", this);
    }

    static AccessLine of(String method, String route, int status, float millis) {
        return new AccessLine(method, route, status, Math.round(millis * TENTHS) / TENTHS);
    }

    @Override
    public String toString() {
        return method + " " + route + " " + status + " " + millis + " ms";
    }
}
