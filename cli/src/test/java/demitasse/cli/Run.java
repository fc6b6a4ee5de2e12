package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** What a command printed, and its exit code. */
record Run(int code, String out, String err) {
    static Run of(String... args) {
        return of(Map.of(), args);
    }

    static Run of(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(environment, new PrintWriter(out), new PrintWriter(err), args);
        return new Run(code, out.toString(), err.toString());
    }

    /** Standard output of a command that must succeed. */
    static String good(String... args) {
        Run run = of(args);
        assertEquals(0, run.code(), run.toString());
        return run.out();
    }
}
