package demitasse.server;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** A session's id is the key to its history: clients that make their own should make them as hard to guess as ours. */
final class SessionIds {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
    private static final int RANDOM_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionIds() {}

    static String make() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws ApiException 400 */
    static String check(String id) {
        if (!VALID.matcher(id).matches()) {
            throw ApiException.invalid("session", "a session id has 1 to 128 letters, digits, '_', '.' or '-'");
        }
        return id;
    }
}
