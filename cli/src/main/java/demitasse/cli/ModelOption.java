package demitasse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code -m} may say: a file, or a name of the catalog (which is pulled when it is not here). */
final class ModelOption {
    /** A chat model that is not wanted. */
    static final String NONE = "none";

    private ModelOption() {}

    static Path resolve(String model, ModelStore store) throws IOException {
        Path file = Path.of(model);
        boolean folder = Files.isDirectory(file);
        if (Files.exists(file) && !folder) {
            return file;
        }
        Optional<CatalogEntry> entry = Catalog.load().find(model);
        if (entry.isPresent()) {
            return store.require(entry.get());
        }
        if (folder) {
            throw new InputException(model + ": is a folder, no model file");
        }
        if (model.endsWith(".gguf") || model.contains("/")) {
            throw new InputException(model + ": no such file");
        }
        throw new InputException(model + ": no such file, and no model of that name in the catalog ("
                + String.join(
                        ", ",
                        Catalog.load().models().stream().map(CatalogEntry::id).toList()) + ")");
    }

    /** The bundled sentence encoder, where no other is named. */
    static Path embedding(String model, ModelStore store) throws IOException {
        return resolve(model == null ? Catalog.DEFAULT_EMBEDDING : model, store);
    }
}
