package demitasse.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What is said on stderr besides errors: notes, and progress as a bar or, into a file, as a line for every tenth. */
final class Notes {
    private static final int STEPS = 10;
    private static final long KILO = 1_000;
    private static final long MEGA = 1_000_000;
    private static final long SMALL = 10 * MEGA;
    private static final int BAR_WIDTH = 80;

    private final PrintWriter err;
    private final boolean interactive;

    /** @param err null: the log */
    Notes(PrintWriter err, boolean interactive) {
        this.err = err;
        this.interactive = interactive;
    }

    void say(String text) {
        if (err == null) {
            System.getLogger(Notes.class.getName()).log(System.Logger.Level.INFO, "{0}", text);
            return;
        }
        err.println("demitasse: " + text);
        err.flush();
    }

    /** Says it in the log, for programs that read each line of it. */
    static Notes inLog() {
        return new Notes(null, false);
    }

    Progress progress(String task) {
        return interactive ? new Bar(task) : new Lines(task);
    }

    /** A bar that rewrites its line. */
    private static final class Bar implements Progress {
        private final String task;
        private ProgressBar bar;

        Bar(String task) {
            this.task = task;
        }

        @Override
        public void at(long done, long total) {
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(Math.max(total, 0))
                        .setUnit(" MB", MEGA)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err, BAR_WIDTH))
                        .showSpeed()
                        .build();
            }
            bar.stepTo(done);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    private final class Lines implements Progress {
        private final String task;
        private long step;

        Lines(String task) {
            this.task = task;
        }

        @Override
        public void at(long done, long total) {
            long now = total <= 0 ? 0 : done * STEPS / total;
            if (now > step) {
                step = now;
                String size = total < SMALL ? total / KILO + " kB" : total / MEGA + " MB";
                say(task + ": " + now * 100 / STEPS + " % of " + size);
            }
        }

        @Override
        public void close() {}
    }
}
