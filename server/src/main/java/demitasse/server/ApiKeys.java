package demitasse.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.List;

/** The keys that open the API, read again when their file changes; none: it is open. Only hashes are kept. */
final class ApiKeys {
    /** What tells one state of the file from the next. A file that replaced another has another key. */
    private record Stamp(FileTime modified, long size, Object file) {}

    private record Loaded(Stamp stamp, List<KeyFile.Entry> entries) {}

    private static final System.Logger LOG = System.getLogger(ApiKeys.class.getName());

    /** Null: no keys are needed. */
    private final Path file;

    private volatile Loaded loaded;

    private ApiKeys(Path file, Loaded loaded) {
        this.file = file;
        this.loaded = loaded;
    }

    static ApiKeys none() {
        return new ApiKeys(null, new Loaded(null, List.of()));
    }

    /** @throws IOException if the file cannot be read or has no key */
    static ApiKeys read(Path file) throws IOException {
        Loaded loaded = load(file);
        if (loaded.entries().isEmpty()) {
            throw new IOException("no API key in " + file);
        }
        return new ApiKeys(file, loaded);
    }

    private static Loaded load(Path file) throws IOException {
        Stamp stamp = stamp(file);
        List<KeyFile.Entry> entries = KeyFile.read(file);
        long plain = entries.stream().filter(KeyFile.Entry::isPlain).count();
        if (plain > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: {1} of its keys stand there as they are, and are taken for administrators''{2};"
                            + " demitasse key add makes keys of which only a hash is kept",
                    file,
                    plain,
                    KeyFile.exposesKeys(file, entries) ? ". Others on this machine can read them (chmod 600)" : "");
        }
        return new Loaded(stamp, entries);
    }

    private static Stamp stamp(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** True too when the file has lost all its keys since the start: then nobody has one. */
    boolean required() {
        return file != null;
    }

    /** Whose key it is; null if it is none of ours. Looks at all keys and all their bytes, so that time tells nothing. */
    KeyFile.Entry find(String key) {
        refresh();
        byte[] given = Digests.sha256(key).getBytes(StandardCharsets.US_ASCII);
        KeyFile.Entry found = null;
        for (KeyFile.Entry entry : loaded.entries()) {
            if (MessageDigest.isEqual(entry.hash().getBytes(StandardCharsets.US_ASCII), given)) {
                found = entry;
            }
        }
        return found;
    }

    /** A file that cannot be read just now changes nothing: who is in stays in, and who is out stays out. */
    private void refresh() {
        Loaded before = loaded;
        if (file == null) {
            return;
        }
        Stamp now = null;
        try {
            now = stamp(file);
            if (!now.equals(before.stamp())) {
                loaded = load(file);
                LOG.log(System.Logger.Level.INFO, "{0} was read again", file);
            }
        } catch (IOException e) {
            if (now != null || before.stamp() != null) {
                LOG.log(System.Logger.Level.WARNING, "the keys stay as they were: {0}", reason(e));
            }
            loaded = new Loaded(now, before.entries()); // so that it is said once
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
