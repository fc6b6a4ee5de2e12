package demitasse.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The keys that open the API; none: it is open. Only hashes are kept. */
record ApiKeys(List<byte[]> hashes) {
    private static final String SCHEME = "Bearer ";

    static ApiKeys none() {
        return new ApiKeys(List.of());
    }

    /** @throws IOException if the file cannot be read or has no key: one a line, {@code #} begins a comment */
    static ApiKeys read(Path file) throws IOException {
        List<byte[]> hashes = Files.readString(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(ApiKeys::hash)
                .toList();
        if (hashes.isEmpty()) {
            throw new IOException("no API key in " + file);
        }
        return new ApiKeys(hashes);
    }

    boolean required() {
        return !hashes.isEmpty();
    }

    /** Looks at all keys and all bytes, so that time tells nothing. */
    boolean accept(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] given = hash(authorization.substring(SCHEME.length()).strip());
        boolean found = false;
        for (byte[] hash : hashes) {
            found |= MessageDigest.isEqual(hash, given);
        }
        return found;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
