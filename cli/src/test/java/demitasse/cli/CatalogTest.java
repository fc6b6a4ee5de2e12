package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CatalogTest {
    private final Catalog catalog = Catalog.load();

    @Test
    void entriesAreWholeAndNamesUnique() {
        Set<String> names = new HashSet<>();
        for (CatalogEntry entry : catalog.models()) {
            assertTrue(names.add(entry.id()), entry.id());
            assertTrue(entry.kind().matches("chat|embedding"), entry.id());
            assertFalse(entry.licence().isBlank(), entry.id());
            assertTrue(entry.knownBytes() > 0, entry.id());
            assertTrue(entry.sha256() == null || entry.sha256().matches("[0-9a-f]{64}"), entry.id());
            assertEquals(entry.bundled(), entry.sources().isEmpty(), entry.id());
            assertFalse(entry.file().contains("/"), entry.id());
        }
        assertTrue(catalog.require(Catalog.DEFAULT_CHAT).isChat());
        assertFalse(catalog.require(Catalog.DEFAULT_EMBEDDING).isChat());
    }

    @Test
    void bundledModelIsWhatTheCatalogSays() throws IOException {
        CatalogEntry entry = catalog.require(Catalog.DEFAULT_EMBEDDING);
        Path file = SharedData.repository("models/" + entry.file());
        assertEquals(entry.sha256(), ModelStore.sha256(file));
    }

    @Test
    void defaultChatModelIsTheOneOfTheReferenceTexts() {
        String reference = SharedData.json(SharedData.require("golden/trained").resolve("llama.json"))
                .at("/model/sha256")
                .asText();
        assertEquals(reference, catalog.require(Catalog.DEFAULT_CHAT).sha256());
    }
}
