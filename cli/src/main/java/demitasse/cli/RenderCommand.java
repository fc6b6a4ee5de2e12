package demitasse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.cli.data.DataFile;
import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.phi3.jinja.ChatTemplateRenderer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code render}: chat templates, to compare them with other implementations. */
@Command(
        name = "render",
        description = "Render conversations with a chat template: lines {text} or {error, message}, where error is "
                + "raise_exception if the template refused the conversation, else template_error.")
final class RenderCommand extends BaseCommand {
    private static final List<String> VARIABLES =
            List.of("messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token");

    @Option(names = "--template", required = true, paramLabel = "FILE", description = "The template (Jinja).")
    private Path template;

    @Option(
            names = "--cases",
            required = true,
            paramLabel = "FILE",
            description = "JSONL with messages, tools, add_generation_prompt, bos_token, eos_token, kwargs.")
    private Path cases;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: stdout).")
    private Path output;

    @Option(names = "--now", paramLabel = "TIME", description = "For strftime_now, for example 2026-01-15T12:30:45.")
    private LocalDateTime now;

    @Override
    void run() throws IOException {
        ZoneId zone = ZoneId.systemDefault();
        Clock clock =
                now == null ? Clock.system(zone) : Clock.fixed(now.atZone(zone).toInstant(), zone);
        String text = DataFile.text(template);
        JsonLines.answer(DataFile.jsonLines(cases), output, out(), row -> render(text, clock, row.json()));
    }

    /** A template with an error gives that error for each case, so that there is a line for each. */
    private static ObjectNode render(String template, Clock clock, JsonNode row) {
        try {
            return JsonLines.object().put("text", new ChatTemplateRenderer(template, clock).render(variables(row)));
        } catch (ChatTemplateException e) {
            return JsonLines.object()
                    .put("error", e.raisedByTemplate() ? "raise_exception" : "template_error")
                    .put("message", e.getMessage());
        }
    }

    private static Map<String, Object> variables(JsonNode row) {
        Map<String, Object> variables = new HashMap<>();
        for (String name : VARIABLES) {
            if (row.has(name)) {
                variables.put(name, JsonLines.JSON.convertValue(row.get(name), Object.class));
            }
        }
        JsonNode more = row.get("kwargs");
        if (more != null && more.isObject()) {
            more.properties()
                    .forEach(entry ->
                            variables.put(entry.getKey(), JsonLines.JSON.convertValue(entry.getValue(), Object.class)));
        }
        return variables;
    }
}
