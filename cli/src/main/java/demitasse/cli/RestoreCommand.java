package demitasse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore}: a backup in the place of what a data folder has. */
@Command(
        name = "restore",
        description = "Put a backup in the place of the databases of a data folder.",
        footer = {
            "",
            "The server must not run. What was there before is kept in a folder beside; sessions that were erased after"
                    + " the backup was made are there again."
        })
final class RestoreCommand extends BaseCommand {
    @Parameters(paramLabel = "FILE", description = "What `demitasse backup` has written.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "The data folder (default: ${DEFAULT-VALUE}).")
    private Path data = Places.data();

    @Option(names = "--config", paramLabel = "FILE", description = "Settings, as for serve.")
    private Path config;

    @Override
    void run() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + ": no such file");
        }
        try (DataFolder folder = DataFolder.alone(data)) {
            Path before = Restore.run(file, folder.path());
            notes().say(data + ": restored from " + file);
            if (isEmpty(before)) {
                Files.delete(before);
            } else {
                notes().say("what was there is in " + before + "; it holds what customers wrote: delete it when you"
                        + " have seen that the restored one is right");
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
