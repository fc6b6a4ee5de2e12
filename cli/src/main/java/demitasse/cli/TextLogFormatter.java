package demitasse.cli;

import demitasse.server.RequestId;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/** A line for people: time, level, who, the request if there is one, what. */
final class TextLogFormatter extends Formatter {
    private static final Pattern SESSION = Pattern.compile("(/v1/sessions/)[^/\\s]+");

    @Override
    public String format(LogRecord line) {
        String request = RequestId.current();
        String trace = trace(line.getThrown());
        return line.getInstant().truncatedTo(ChronoUnit.MILLIS) + " " + line.getLevel() + " " + line.getLoggerName()
                + (request == null ? "" : " [" + request + "]") + ": " + clean(formatMessage(line))
                + (trace.isEmpty() ? "" : "\n" + trace) + "\n";
    }

    /** Libraries may name the path of a request, which may hold the id of a session. */
    static String clean(String message) {
        return SESSION.matcher(message).replaceAll("$1{id}");
    }

    /** Classes and lines only: an exception's message may quote what a customer wrote. "" for null. */
    static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            text.append(text.isEmpty() ? "  " : "\n  ").append(t.getClass().getName());
            for (StackTraceElement frame : t.getStackTrace()) {
                text.append("\n    at ").append(frame);
            }
        }
        return text.toString();
    }
}
