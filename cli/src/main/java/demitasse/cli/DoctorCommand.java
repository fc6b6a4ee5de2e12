package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import demitasse.server.DemitasseServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: whether this machine and these settings will do, before somebody relies on them. */
@Command(
        name = "doctor",
        description = "Look at the machine, the models, the data and the settings of a server.",
        footer = {"", "Exit code 1 if anything fails; warnings are no failures."})
final class DoctorCommand extends BaseCommand {
    @Option(names = "--host", paramLabel = "HOST", description = "As for serve (default: ${DEFAULT-VALUE}).")
    private String host = DemitasseServer.Config.LOOPBACK;

    @Option(names = "--port", paramLabel = "PORT", description = "As for serve (default: ${DEFAULT-VALUE}).")
    private int port = DemitasseServer.Config.DEFAULT_PORT;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "As for serve (default: " + Catalog.DEFAULT_CHAT + ").")
    private String model;

    @Option(names = "--data", paramLabel = "DIR", description = "The data folder (default: ${DEFAULT-VALUE}).")
    private Path data = Places.data();

    @Option(names = "--api-key-file", paramLabel = "FILE", description = "As for serve.")
    private Path apiKeyFile;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings, as for serve.")
    private Path config;

    @Option(names = "--json", description = "A JSON array.")
    private boolean json;

    @Override
    void run() {
        List<Finding> findings = new Findings()
                .java()
                .vectors()
                .memory()
                .model(model, store())
                .port(host, port, apiKeyFile)
                .folder("data", data)
                .folder("cache", Places.cache())
                .databases(data)
                .clock(data)
                .all();
        if (json) {
            ArrayNode all = JsonLines.JSON.valueToTree(findings);
            out().println(JsonLines.write(all));
        } else {
            findings.forEach(this::print);
        }
        long failed =
                findings.stream().filter(f -> f.state() == Finding.State.FAIL).count();
        if (failed > 0) {
            throw new InputException(failed == 1 ? "one check failed" : failed + " checks failed");
        }
    }

    private void print(Finding finding) {
        out().printf(
                        Locale.ROOT,
                        "%-4s  %-14s %s%n",
                        finding.state().name().toLowerCase(Locale.ROOT),
                        finding.what(),
                        finding.found());
        if (!finding.advice().isEmpty()) {
            out().printf(Locale.ROOT, "      %-14s -> %s%n", "", finding.advice());
        }
    }
}
