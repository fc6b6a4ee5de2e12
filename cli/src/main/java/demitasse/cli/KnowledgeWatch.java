package demitasse.cli;

import demitasse.rag.KnowledgeSource;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks now and then whether the files of a knowledge base have changed, and reads them when they have come to rest. Looking
 * works on every file system, and sees a folder that is replaced as a whole; notices from the kernel do neither.
 */
final class KnowledgeWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KnowledgeWatch.class.getName());
    private static final long PERIOD_SECONDS = 2;

    private final KnowledgeSource source;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("demitasse-watch").factory());
    /** That was read last, well or not. */
    private String read;

    private String seen;

    /** @param read what the files were like before they were read for the first time */
    KnowledgeWatch(KnowledgeSource source, String read) {
        this.source = source;
        this.read = read;
        this.seen = read;
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** One look: files that differ from what was read, but not from the last look, are read. */
    void look() {
        try {
            String now = source.state();
            boolean rests = now.equals(seen);
            seen = now;
            if (rests && !now.equals(read)) {
                read = now;
                KnowledgeSource.Change change = source.reload();
                LOG.log(
                        System.Logger.Level.INFO,
                        "knowledge base read again: {0} documents, {1} added, {2} changed, {3} removed",
                        change.documents(),
                        change.added(),
                        change.changed(),
                        change.removed());
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the knowledge base stays as it is: {0}", Failures.line(e));
        }
    }

    @Override
    public void close() {
        looks.shutdown();
        try {
            looks.awaitTermination(PERIOD_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
