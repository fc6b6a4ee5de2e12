package demitasse.cli;

import demitasse.server.KeyFile;
import demitasse.server.KeyRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code key}: the API keys of a server. A running server reads the file again when it changes. */
@Command(
        name = "key",
        description = "Make, list and revoke API keys; only their hashes are kept.",
        subcommands = {KeyCommand.Add.class, KeyCommand.Listing.class, KeyCommand.Revoke.class})
final class KeyCommand extends BaseCommand {
    /** Where the keys are. */
    private static final class File {
        @Option(names = "--data", paramLabel = "DIR", description = "The server's data folder.")
        private Path data = Places.data();

        @Option(
                names = "--api-key-file",
                paramLabel = "FILE",
                description = "The file of keys (default: " + ProtectionChoice.KEYS + " in the data folder).")
        private Path file;

        Path path() {
            return file == null ? data.resolve(ProtectionChoice.KEYS) : file;
        }
    }

    @Override
    void run() {
        throw usage("add, list or revoke");
    }

    /** {@code key add}. */
    @Command(name = "add", description = "Make a key and print it, once.")
    static final class Add extends BaseCommand {
        @Mixin
        private File file;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                description = "customer: the models' API; agent: also hand-offs and conversations; admin: everything.")
        private KeyRole role;

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "Whose key it is.")
        private String name;

        @Override
        void run() throws IOException {
            Path path = file.path();
            if (file.file == null) {
                DataFolder.make(file.data);
            }
            out().println(KeyFile.add(path, name, role, LocalDate.now(ZoneOffset.UTC)));
            notes().say("this is the only time that the key is shown; its hash is in " + path);
        }
    }

    /** {@code key list}. */
    @Command(name = "list", description = "List the keys' names, roles and days; the keys themselves nobody knows.")
    static final class Listing extends BaseCommand {
        @Mixin
        private File file;

        @Override
        void run() throws IOException {
            for (KeyFile.Entry entry : KeyFile.read(file.path())) {
                String since = entry.isPlain() ? "stands in the file as it is" : "since " + entry.since();
                out().printf(
                                "%-24s %-9s %s%n",
                                entry.name(), entry.role().name().toLowerCase(Locale.ROOT), since);
            }
        }
    }

    /** {@code key revoke}. */
    @Command(name = "revoke", description = "Remove a key; a running server refuses it from then on.")
    static final class Revoke extends BaseCommand {
        @Mixin
        private File file;

        @Parameters(paramLabel = "NAME", description = "A name that `demitasse key list` shows.")
        private String name;

        @Override
        void run() throws IOException {
            if (!KeyFile.revoke(file.path(), name)) {
                throw new InputException("no key " + name + " in " + file.path());
            }
        }
    }
}
