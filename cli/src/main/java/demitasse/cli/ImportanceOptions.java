package demitasse.cli;

import demitasse.gguf.ModelLoadException;
import demitasse.phi3.ImportanceMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** llama-quantize's options about an importance matrix. */
final class ImportanceOptions {
    @Option(
            names = "--imatrix",
            paramLabel = "FILE",
            description = "An importance matrix of llama-imatrix, GGUF or .dat: errors count by how much a column is"
                    + " used.")
    private Path file;

    @Option(
            names = "--include-weights",
            paramLabel = "NAME",
            description = "Use the matrix only for tensors with NAME in their names.")
    private List<String> included = List.of();

    @Option(
            names = "--exclude-weights",
            paramLabel = "NAME",
            description = "Do not use the matrix for tensors with NAME in their names.")
    private List<String> excluded = List.of();

    /** Whether the options contradict each other. */
    boolean contradict() {
        return !included.isEmpty() && !excluded.isEmpty();
    }

    /** Empty without a file, and where nothing of it is left. */
    Optional<ImportanceMatrix> read(Notes notes) throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        Predicate<String> wanted = included.isEmpty()
                ? name -> excluded.stream().noneMatch(name::contains)
                : name -> included.stream().anyMatch(name::contains);
        try {
            ImportanceMatrix matrix = ImportanceMatrix.read(file, wanted);
            notes.say(file + ": importance of " + matrix.size() + " tensors, computed on " + matrix.chunks()
                    + " chunks of " + (matrix.datasets().isEmpty() ? "some text" : matrix.datasets()));
            return Optional.of(matrix).filter(found -> found.size() > 0);
        } catch (ModelLoadException e) {
            throw Load.named(file, e);
        }
    }
}
