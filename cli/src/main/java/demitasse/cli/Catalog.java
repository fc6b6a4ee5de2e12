package demitasse.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The models that Demitasse knows by name: models/catalog.json.
 *
 * @param downloadHosts where sources may redirect to; see {@link DownloadHosts}
 */
record Catalog(
        List<CatalogEntry> models,
        @JsonProperty("download_hosts") List<String> downloadHosts) {
    static final String DEFAULT_CHAT = "smollm2-135m";
    static final String DEFAULT_EMBEDDING = "minilm";

    static Catalog load() {
        try (InputStream in = Catalog.class.getResourceAsStream("catalog.json")) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("models/catalog.json", e);
        }
    }

    static Catalog read(InputStream json) throws IOException {
        return new ObjectMapper().readValue(json, Catalog.class);
    }

    Optional<CatalogEntry> find(String id) {
        return models.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    CatalogEntry require(String id) {
        return find(id).orElseThrow(() -> new InputException("no model " + id + " in the catalog; there are "
                + String.join(", ", models.stream().map(CatalogEntry::id).toList())));
    }
}
