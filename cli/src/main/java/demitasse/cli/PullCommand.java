package demitasse.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pull NAME}: brings a model of the catalog into the cache and prints its path. */
@Command(name = "pull", description = "Download a model of the catalog, check its hash, and print its path.")
final class PullCommand extends BaseCommand {
    @Parameters(paramLabel = "NAME", description = "A name that `demitasse models` lists.")
    private String name;

    @Override
    void run() throws IOException {
        out().println(store().pull(Catalog.load().require(name)));
    }
}
