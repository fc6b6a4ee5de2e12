package demitasse.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command: results on stdout, notes on stderr, failures as exceptions that {@link Main} turns into one line. */
abstract class BaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** Does the work; throwing means exit code 1. */
    abstract void run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        run();
        return ExitCode.OK;
    }

    CommandSpec spec() {
        return spec;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    Notes notes() {
        return new Notes(spec.commandLine().getErr(), Places.interactive());
    }

    ModelStore store() {
        return ModelStore.standard(notes());
    }

    /** Wrong usage that only shows when options are looked at together: exit code 2. */
    RuntimeException usage(String message) {
        return new picocli.CommandLine.ParameterException(spec.commandLine(), message);
    }
}
