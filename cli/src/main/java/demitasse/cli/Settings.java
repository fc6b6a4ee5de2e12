package demitasse.cli;

import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Unmatched;

/**
 * What options are that no flag gives: the environment's word ({@code --kb-path} is DEMITASSE_KB_PATH), else the
 * configuration file's ({@code kb-path = ...}), else the default.
 */
final class Settings implements IDefaultValueProvider {
    private static final String PREFIX = "DEMITASSE_";
    private static final String CONFIG = "config";
    /** The command whose options a file may have; other commands take from it what they have too. */
    private static final String SERVER = "serve";
    /** What is asked of a command once, and not set for good. */
    private static final Set<String> NEVER = Set.of("help", CONFIG, "print-config", "json", "force");
    /** Read by the launcher, or not by way of an option. */
    private static final Set<String> OTHERS = Set.of("HOME", "HEAP", "JAVA_OPTS", "PANELS", "DEBUG", "CONFIG");

    private final Map<String, String> environment;
    /** Null: none. */
    private final Path file;

    private final Map<String, String> fromFile;

    private Settings(Map<String, String> environment, Path file, Map<String, String> fromFile) {
        this.environment = environment;
        this.file = file;
        this.fromFile = fromFile;
    }

    /** Where the file is has to be known before the options are read. */
    @Command
    private static final class FirstPass {
        @Option(names = "--" + CONFIG)
        private Path config;

        @Unmatched
        private List<String> rest = new ArrayList<>();
    }

    /**
     * Gives the command that is called its settings, if it has {@code --config}.
     *
     * @throws InputException naming what is wrong with the file
     */
    static void apply(CommandLine all, String[] args, Map<String, String> environment) throws IOException {
        CommandLine called = args.length == 0 ? null : all.getSubcommands().get(args[0]);
        if (called == null || called.getCommandSpec().findOption("--" + CONFIG) == null) {
            return;
        }
        Path file = file(args, environment);
        Set<String> known = keys(all.getSubcommands().get(SERVER).getCommandSpec());
        Map<String, String> values = file == null ? Map.of() : read(file, known);
        called.setDefaultValueProvider(new Settings(environment, file, values));
    }

    private static Path file(String[] args, Map<String, String> environment) {
        FirstPass first = new FirstPass();
        try {
            new CommandLine(first).setExpandAtFiles(false).parseArgs(args);
        } catch (ParameterException e) {
            return null; // The real pass will say it better.
        }
        String named = environment.getOrDefault(PREFIX + "CONFIG", "");
        return first.config != null ? first.config : named.isBlank() ? null : Path.of(named);
    }

    private static Set<String> keys(CommandSpec spec) {
        Set<String> keys = new TreeSet<>();
        spec.options().forEach(option -> keys.add(key(option)));
        keys.removeAll(NEVER);
        return keys;
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    static boolean isSetting(OptionSpec option) {
        return !NEVER.contains(key(option));
    }

    private static Map<String, String> read(Path file, Set<String> known) throws IOException {
        Map<String, String> values = new TreeMap<>();
        try {
            new Properties() {
                private static final long serialVersionUID = 1;

                @Override
                public synchronized Object put(Object key, Object value) {
                    if (values.put(key.toString(), value.toString().strip()) != null) {
                        throw new InputException(file + ": " + key + " is there twice");
                    }
                    return null;
                }
            }.load(new StringReader(DataFile.text(file)));
        } catch (IllegalArgumentException e) {
            throw new InputException(file + ": " + e.getMessage());
        }
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new InputException(
                        file + ": there is no setting '" + key + "'; there are " + String.join(", ", known));
            }
        }
        values.values().removeIf(String::isEmpty);
        return values;
    }

    private static String variable(OptionSpec option) {
        return PREFIX + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !isSetting(option)) {
            return null;
        }
        String value = environment.get(variable(option));
        return value != null && !value.isBlank() ? value : fromFile.get(key(option));
    }

    /** Who sets an option that no flag gives; null: nobody. */
    String origin(OptionSpec option) {
        String value = environment.get(variable(option));
        if (isSetting(option) && value != null && !value.isBlank()) {
            return variable(option);
        }
        return fromFile.containsKey(key(option)) ? file.toString() : null;
    }

    /** Variables that look like ours and set nothing, as one with a typing error. */
    List<String> unknownVariables(CommandSpec spec) {
        Set<String> known = new TreeSet<>();
        spec.options().forEach(option -> known.add(variable(option)));
        OTHERS.forEach(name -> known.add(PREFIX + name));
        return environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .toList();
    }
}
