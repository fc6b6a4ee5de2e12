package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LogFormatterTest {
    private record Parts(String route, int status) {}

    private static LogRecord line(Level level, String message, Object... parameters) {
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName("demitasse.test");
        line.setParameters(parameters);
        return line;
    }

    @Test
    void recordsBecomeFieldsAndEveryEventIsOneLine() throws IOException {
        String text = new JsonLogFormatter().format(line(Level.FINE, "{0} \"and\"\nmore", new Parts("/v1/x", 200)));
        assertEquals(1, text.lines().count(), text);
        JsonNode json = JsonLines.JSON.readTree(text);
        assertEquals("debug", json.path("level").asText());
        assertEquals("/v1/x", json.path("route").asText());
        assertEquals(200, json.path("status").asInt());
        assertTrue(json.path("message").asText().endsWith("\"and\"\nmore"), text);
        assertTrue(json.path("request").isMissingNode());
    }

    @Test
    void noMessageOfAnExceptionAndNoSessionIsShown() {
        LogRecord line = line(Level.WARNING, "GET /v1/sessions/secret/export failed");
        line.setThrown(new IllegalStateException("secret", new IOException("secret")));
        for (Formatter formatter : new Formatter[] {new JsonLogFormatter(), new TextLogFormatter()}) {
            String text = formatter.format(line);
            assertFalse(text.contains("secret"), text);
            assertTrue(text.contains("java.io.IOException") && text.contains("LogFormatterTest"), text);
            assertTrue(text.contains("/v1/sessions/{id}/export"), text);
        }
    }
}
