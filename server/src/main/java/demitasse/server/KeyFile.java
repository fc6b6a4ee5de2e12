package demitasse.server;

import demitasse.gguf.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of API keys, one a line: {@code sha256:HASH ROLE NAME DATE}. A line that does not begin so is a key as it
 * stands, of an administrator, as in files of earlier versions. Empty lines and lines that begin with {@code #} are
 * passed over.
 *
 * <p>A key has 256 random bits, so a plain hash is enough: there is nothing to guess that a slow one would protect.
 */
public final class KeyFile {
    /**
     * @param hash SHA-256 of the key, in hexadecimal digits
     * @param since when it was made; null for a key that stands in the file itself
     */
    public record Entry(String name, KeyRole role, String hash, LocalDate since) {
        /** The key stands in the file as it is. */
        public boolean isPlain() {
            return since == null;
        }
    }

    private static final String HASHED = "sha256:";
    private static final Pattern LINE = Pattern.compile(
            "sha256:([0-9a-f]{64})\\s+(customer|agent|admin)\\s+([A-Za-z0-9._@-]{1,64})\\s+(\\d{4}-\\d\\d-\\d\\d)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    /** Tells tools that look for leaked secrets what they have found. */
    private static final String PREFIX = "demitasse_";

    private static final int KEY_BYTES = 32;
    private static final int SHOWN_HASH_CHARS = 8;
    private static final Set<PosixFilePermission> OTHERS_READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private KeyFile() {}

    /**
     * @throws IOException if the file cannot be read, others may write to it, or a line is damaged; the message names
     *     the line and never quotes it
     */
    public static List<Entry> read(Path file) throws IOException {
        if (!permissions(file).stream().filter(OTHERS_WRITE::contains).toList().isEmpty()) {
            throw new IOException(file + ": others than its owner may write to it, and so give themselves keys;"
                    + " chmod 600 mends that");
        }
        List<Entry> entries = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Optional<Entry> entry = entry(lines.get(i).strip(), file + ":" + (i + 1));
            entry.ifPresent(entries::add);
        }
        return entries;
    }

    /** Whether others on this machine can read keys that stand in the file as they are. */
    static boolean exposesKeys(Path file, List<Entry> entries) {
        return entries.stream().anyMatch(Entry::isPlain)
                && permissions(file).stream().anyMatch(OTHERS_READ::contains);
    }

    /** Empty where the file system has none of that kind. */
    private static Set<PosixFilePermission> permissions(Path file) {
        try {
            return Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException | IOException e) {
            return Set.of(); // reading the file itself will tell what is wrong with it
        }
    }

    private static Optional<Entry> entry(String line, String place) throws IOException {
        if (line.isEmpty() || line.startsWith("#")) {
            return Optional.empty();
        }
        if (!line.startsWith(HASHED)) {
            String hash = Digests.sha256(line);
            return Optional.of(new Entry("plain-" + hash.substring(0, SHOWN_HASH_CHARS), KeyRole.ADMIN, hash, null));
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IOException(place + ": not a line of the form sha256:HASH ROLE NAME DATE");
        }
        KeyRole role = KeyRole.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        try {
            LocalDate since = LocalDate.parse(matcher.group(4));
            return Optional.of(new Entry(matcher.group(3), role, matcher.group(1), since));
        } catch (DateTimeParseException e) {
            throw new IOException(place + ": no date", e);
        }
    }

    /**
     * Makes a key and adds its hash to the file, which is made if need be, readable by its owner only.
     *
     * @param name for lists and for {@link #revoke}; no two keys of a file have the same
     * @return the key, which is kept nowhere
     * @throws IllegalArgumentException if the name is taken, or is none
     */
    public static String add(Path file, String name, KeyRole role, LocalDate today) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a key's name has 1 to 64 letters, digits, '.', '_', '@' or '-'");
        }
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            if (read(file).stream().anyMatch(entry -> entry.name().equals(name))) {
                throw new IllegalArgumentException("there is a key " + name + " already; revoke it first");
            }
            lines.addAll(Files.readAllLines(file));
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        lines.add(HASHED + Digests.sha256(key) + " " + role.name().toLowerCase(Locale.ROOT) + " " + name + " " + today);
        write(file, lines);
        return key;
    }

    /** @return false if there is no key of that name */
    public static boolean revoke(Path file, String name) throws IOException {
        List<String> kept = new ArrayList<>();
        boolean found = false;
        for (String line : Files.readAllLines(file)) {
            boolean named = entry(line.strip(), file.toString())
                    .filter(entry -> entry.name().equals(name))
                    .isPresent();
            found |= named;
            if (!named) {
                kept.add(line);
            }
        }
        if (found) {
            write(file, kept);
        }
        return found;
    }

    /** Whole or not at all, also for a server that reads it just then. */
    private static void write(Path file, List<String> lines) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        WholeFile.writeForOwner(target, out -> {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
