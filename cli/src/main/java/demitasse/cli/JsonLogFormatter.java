package demitasse.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.server.RequestId;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** An object a line: time, level, logger, request, message; the parts of a record that is logged; an error's trace. */
final class JsonLogFormatter extends Formatter {
    @Override
    public String format(LogRecord line) {
        ObjectNode json = JsonLines.object()
                .put("time", line.getInstant().toString())
                .put("level", name(line.getLevel()))
                .put("logger", line.getLoggerName());
        String request = RequestId.current();
        if (request != null) {
            json.put("request", request);
        }
        json.put("message", TextLogFormatter.clean(formatMessage(line)));
        for (Object parameter : line.getParameters() == null ? new Object[0] : line.getParameters()) {
            if (parameter instanceof Record parts) {
                json.setAll(JsonLines.JSON.<ObjectNode>valueToTree(parts));
            }
        }
        if (line.getThrown() != null) {
            json.put("error", TextLogFormatter.trace(line.getThrown()));
        }
        return JsonLines.write(json) + "\n";
    }

    /** As in --log-level. */
    private static String name(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        return level.intValue() < Level.INFO.intValue()
                ? "debug"
                : level.getName().toLowerCase(Locale.ROOT);
    }
}
