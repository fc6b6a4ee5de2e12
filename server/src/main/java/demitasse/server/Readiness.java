package demitasse.server;

import demitasse.rag.KnowledgeBase;
import java.util.function.BooleanSupplier;

/** Whether requests should be sent here. */
final class Readiness {
    private static final System.Logger LOG = System.getLogger(Readiness.class.getName());
    private static final String OK = "ok";
    private static final String FAILED = "failed";
    private static final String READY = "ready";

    /**
     * @param models ok, or warming_up: the first answers would be many times slower
     * @param database ok or failed
     * @param server ok or stopping
     */
    record State(String status, String models, String database, String server) {
        boolean isReady() {
            return status.equals(READY);
        }
    }

    private final Desk desk;
    private final KnowledgeBase knowledge;
    private final BooleanSupplier warm;
    private final BooleanSupplier stopping;

    /**
     * @param desk null: none
     * @param knowledge null: none
     */
    Readiness(Desk desk, KnowledgeBase knowledge, BooleanSupplier warm, BooleanSupplier stopping) {
        this.desk = desk;
        this.knowledge = knowledge;
        this.warm = warm;
        this.stopping = stopping;
    }

    boolean isStopping() {
        return stopping.getAsBoolean();
    }

    State state() {
        boolean stop = isStopping();
        boolean isWarm = warm.getAsBoolean();
        // While the server stops the databases may be closed already.
        boolean answers = stop || databasesAnswer();
        return new State(
                !stop && isWarm && answers ? READY : "not_ready",
                isWarm ? OK : "warming_up",
                answers ? OK : FAILED,
                stop ? "stopping" : OK);
    }

    private boolean databasesAnswer() {
        try {
            if (desk != null) {
                desk.openHandoff("");
            }
            if (knowledge != null) {
                knowledge.document("");
            }
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a database does not answer: {0}", e.getMessage());
            return false;
        }
    }
}
