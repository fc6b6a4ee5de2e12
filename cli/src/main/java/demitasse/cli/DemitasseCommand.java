package demitasse.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands hang on. */
@Command(
        name = "demitasse",
        description = "Language models and a customer-service assistant in pure Java.",
        mixinStandardHelpOptions = true,
        versionProvider = DemitasseCommand.Version.class,
        subcommands = {
            ServeCommand.class,
            KeyCommand.class,
            ChatCommand.class,
            GenerateCommand.class,
            EmbedCommand.class,
            TokenizeCommand.class,
            LogitsCommand.class,
            PerplexityCommand.class,
            MatchCommand.class,
            InspectCommand.class,
            IngestCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DoctorCommand.class,
            SearchCommand.class,
            AskCommand.class,
            ClassifyCommand.class,
            RedactCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            ConvertCommand.class,
            QuantizeCommand.class,
            ImatrixCommand.class,
            RenderCommand.class,
            BenchCommand.class,
            PullCommand.class,
            ModelsCommand.class
        },
        footer = {"", "MODEL is a GGUF file or the name of a model that `demitasse models` lists."})
final class DemitasseCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version that Maven wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = DemitasseCommand.class.getPackage().getImplementationVersion();
            return new String[] {"demitasse " + (version == null ? "(not packaged)" : version)};
        }
    }
}
