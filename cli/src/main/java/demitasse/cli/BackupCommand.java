package demitasse.cli;

import demitasse.gguf.WholeFile;
import demitasse.rag.DatabaseFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code backup}: knowledge and conversations into one file, while the server goes on. */
@Command(
        name = "backup",
        description = "Copy the knowledge base and the conversations of a data folder into a file.",
        footer = {"", "The server may run meanwhile. The file holds what customers wrote: keep it as safe as the data."
        })
final class BackupCommand extends BaseCommand {
    @Parameters(paramLabel = "FILE", description = "The backup to write, a ZIP file.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "The data folder (default: ${DEFAULT-VALUE}).")
    private Path data = Places.data();

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings, as for serve.")
    private Path config;

    @Override
    void run() throws IOException {
        OutputFile.check(file, force);
        if (BackupFile.DATABASES.keySet().stream().noneMatch(name -> Files.exists(data.resolve(name)))) {
            throw new InputException(data + ": there is nothing to back up");
        }
        Path target = file.toAbsolutePath();
        Path part = WholeFile.part(target);
        Path copies = Files.createTempDirectory(target.getParent(), ".demitasse-backup"); // for the owner only
        try {
            for (String name : BackupFile.DATABASES.keySet()) {
                if (Files.exists(data.resolve(name))) {
                    DatabaseFile.copy(data.resolve(name), copies.resolve(name));
                }
            }
            Files.createFile(part, DataFolder.owners("rw-------"));
            BackupFile.Manifest manifest;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                manifest = BackupFile.write(copies, out);
            }
            WholeFile.publish(part, target);
            notes().say(file + ": "
                    + manifest.files().stream()
                            .map(BackupFile.Entry::name)
                            .reduce((a, b) -> a + " and " + b)
                            .orElseThrow()
                    + ", " + Files.size(target) + " bytes");
        } finally {
            Files.deleteIfExists(part);
            Restore.delete(copies);
        }
    }
}
