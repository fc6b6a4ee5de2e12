package demitasse.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What a command would run with, and who says so, in the form of a configuration file. */
final class ConfigReport {
    private static final String FLAGS = "flags";
    private static final String DEFAULTS = "defaults";
    private static final Pattern SECRET = Pattern.compile("(.*-)?(key|keys|token|password|secret)");

    private ConfigReport() {}

    static String of(CommandSpec spec, Settings settings) {
        ParseResult parsed = spec.commandLine().getParseResult();
        Map<String, StringBuilder> sections = new LinkedHashMap<>();
        sections.put(FLAGS, new StringBuilder());
        for (OptionSpec option : spec.options()) {
            if (!Settings.isSetting(option)) {
                continue;
            }
            String origin = settings.origin(option);
            String section = parsed.hasMatchedOption(option) ? FLAGS : origin == null ? DEFAULTS : origin;
            String line = Settings.key(option) + " = " + value(option);
            sections.computeIfAbsent(section, name -> new StringBuilder())
                    .append(section.equals(DEFAULTS) ? "#" + line.strip() : line)
                    .append('\n');
        }
        StringBuilder defaults = sections.remove(DEFAULTS);
        if (defaults != null) {
            sections.put(DEFAULTS, defaults);
        }
        return sections.entrySet().stream()
                .filter(section -> !section.getValue().isEmpty())
                .map(section -> "# " + section.getKey() + "\n" + section.getValue())
                .collect(Collectors.joining("\n"));
    }

    private static String value(OptionSpec option) {
        Object value = option.getValue();
        if (value != null && SECRET.matcher(Settings.key(option)).matches()) {
            return "(not shown)";
        }
        return switch (value) {
            case null -> "";
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case Collection<?> many -> many.stream().map(Object::toString).collect(Collectors.joining(","));
            default -> value.toString().replace("\\", "\\\\").replace("\n", "\\n");
        };
    }
}
