package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code models}: what the catalog knows, and what is here. */
@Command(name = "models", description = "List the models of the catalog.")
final class ModelsCommand extends BaseCommand {
    private static final double MEGA = 1e6;

    @Option(names = "--json", description = "A JSON array.")
    private boolean json;

    @Override
    void run() throws IOException {
        ModelStore store = store();
        ArrayNode all = JsonLines.JSON.createArrayNode();
        if (!json) {
            out().printf("%-14s %-10s %9s  %-11s %-10s %s%n", "NAME", "KIND", "SIZE", "LICENCE", "STATE", "WHAT");
        }
        for (CatalogEntry entry : Catalog.load().models()) {
            Optional<Path> file = store.find(entry);
            String state = entry.bundled() ? "bundled" : file.isPresent() ? "here" : "to pull";
            if (json) {
                all.addObject()
                        .put("id", entry.id())
                        .put("kind", entry.kind())
                        .put("bytes", entry.knownBytes())
                        .put("licence", entry.licence())
                        .put("description", entry.description())
                        .put("here", file.isPresent())
                        .put("file", file.map(Path::toString).orElse(null));
            } else {
                out().printf(
                                Locale.ROOT,
                                "%-14s %-10s %6.0f MB  %-11s %-10s %s%n",
                                entry.id(),
                                entry.kind(),
                                entry.knownBytes() / MEGA,
                                entry.licence(),
                                state,
                                entry.description());
            }
        }
        if (json) {
            out().println(JsonLines.write(all));
        }
    }
}
