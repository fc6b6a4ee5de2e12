package demitasse.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.OptionSpec;
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
        return run(System.getenv(), out, err, args);
    }

    /** @param environment see {@link Settings} */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
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
            Settings.apply(command, args, environment);
            return command.execute(args);
        } catch (IOException | InputException e) { // the configuration file
            debug(e);
            err.println("demitasse: " + Failures.line(e));
            return ExitCode.SOFTWARE;
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
        message += origin(e, args);
        failed.getErr().println(name + ": " + message + " (see " + name + " --help)");
        return ExitCode.USAGE;
    }

    /** A value that is in no flag: where it stands. */
    private static String origin(ParameterException e, String[] args) {
        if (!(e.getArgSpec() instanceof OptionSpec option)
                || !(e.getCommandLine().getDefaultValueProvider() instanceof Settings settings)
                || settings.origin(option) == null) {
            return "";
        }
        boolean flag = Arrays.stream(args)
                .anyMatch(arg ->
                        Arrays.stream(option.names()).anyMatch(name -> arg.equals(name) || arg.startsWith(name + "=")));
        return flag ? "" : " in " + settings.origin(option);
    }

    private static void debug(Throwable e) {
        if (System.getenv(Failures.DEBUG) != null) {
            e.printStackTrace();
        }
    }
}
