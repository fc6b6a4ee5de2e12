package demitasse.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code demitasse} command. Exit codes: 0 good, 1 input or a model at fault (one line on stderr), 2 wrong usage
 * (one line too).
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code;
        FileDescriptor stderr = Stderr.restore();
        Logging.install();
        try {
            code = run(writer(FileDescriptor.out), writer(stderr), args);
        } catch (Throwable e) { // OutOfMemoryError among them: picocli lets errors pass
            debug(e);
            System.err.println("demitasse: " + Failures.line(e));
            code = ExitCode.SOFTWARE;
        }
        System.exit(code);
    }

    /** UTF-8 whatever the locale: the output is read by programs. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }

    /** The command without the JVM around it, for tests. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = new CommandLine(new DemitasseCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a prompt may begin with @
                .setExecutionExceptionHandler((e, failed, result) -> {
                    debug(e);
                    failed.getErr().println("demitasse: " + Failures.line(e));
                    return ExitCode.SOFTWARE;
                })
                .setParameterExceptionHandler(Main::wrongUsage);
        try {
            return command.execute(args);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine failed = e.getCommandLine();
        String name = failed.getCommandSpec().qualifiedName();
        String message = Failures.line(new InputException(e.getMessage()));
        if (e instanceof UnmatchedArgumentException unmatched && failed.getParent() == null) {
            message = "no command " + unmatched.getUnmatched().getFirst();
        }
        failed.getErr().println(name + ": " + message + " (see " + name + " --help)");
        return ExitCode.USAGE;
    }

    private static void debug(Throwable e) {
        if (System.getenv(Failures.DEBUG) != null) {
            e.printStackTrace();
        }
    }
}
