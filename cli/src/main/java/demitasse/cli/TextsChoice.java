package demitasse.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a shop's own phrases and rules are. */
final class TextsChoice {
    @Option(
            names = "--texts",
            paramLabel = "DIR",
            description =
                    "The shop's own phrases and rules by language, which add to the bundled ones (docs/OPERATIONS.md).")
    private Path texts;

    /** Null: none. */
    Path texts() {
        return texts;
    }
}
