package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A request's JSON object, read field by field so that every mistake is named. Fields nobody asks for are ignored. */
final class Fields {
    /** curl's {@code -d} says form-urlencoded; other sites' forms are kept out by the Origin check. */
    private static final Set<String> ACCEPTED =
            Set.of("application/json", "text/json", "text/plain", "application/x-www-form-urlencoded");

    /** A body over its limit is read up to here and thrown away, so that the client lives to read the answer. */
    private static final long DRAINED_BYTES = 8L << 20;

    private final JsonNode object;

    private Fields(JsonNode object) {
        this.object = object;
    }

    /** @throws ApiException 413, 415 or 400 */
    static Fields of(Context ctx, int maxBytes) throws IOException {
        checkType(ctx.contentType());
        JsonNode body = Json.parse(read(ctx, maxBytes));
        if (!body.isObject()) {
            throw ApiException.invalid(null, "the body must be a JSON object");
        }
        return new Fields(body);
    }

    private static void checkType(String contentType) {
        if (contentType == null) {
            return;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !ACCEPTED.contains(type) && !type.endsWith("+json")) {
            throw new ApiException(
                    415, "invalid_request_error", null, "unsupported_media_type", "send application/json");
        }
    }

    private static byte[] read(Context ctx, int maxBytes) throws IOException {
        InputStream in = ctx.bodyInputStream();
        byte[] body = in.readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            drain(in, DRAINED_BYTES - body.length);
            throw ApiException.tooLarge("the body is longer than " + maxBytes + " bytes");
        }
        return body;
    }

    /** Reads and throws away, so that a client that is still sending lives to read the answer. */
    static void drain(InputStream in, long limit) throws IOException {
        byte[] scrap = new byte[1 << 16];
        long left = limit;
        int n;
        while (left > 0 && (n = in.read(scrap)) >= 0) {
            left -= n;
        }
    }

    /** A required text that is not blank. */
    String text(String name) {
        String value = text(name, null);
        if (value == null) {
            throw ApiException.missing(name);
        }
        if (value.isBlank()) {
            throw ApiException.invalid(name, "'" + name + "' is empty");
        }
        return value;
    }

    String text(String name, String otherwise) {
        JsonNode value = object.path(name);
        if (absent(value)) {
            return otherwise;
        }
        return asText(value, name);
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = object.path(name);
        if (absent(value)) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw ApiException.invalid(name, "'" + name + "' must be true or false");
        }
        return value.booleanValue();
    }

    boolean requiredFlag(String name) {
        if (absent(object.path(name))) {
            throw ApiException.missing(name);
        }
        return flag(name, false);
    }

    double number(String name, double otherwise, double min, double max) {
        JsonNode value = object.path(name);
        if (absent(value)) {
            return otherwise;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= min && number <= max)) {
            throw ApiException.invalid(name, "'" + name + "' must be a number from " + min + " to " + max);
        }
        return number;
    }

    /** A whole number of at least {@code min}; larger ones than a long holds become its largest. */
    long whole(String name, long otherwise, long min) {
        JsonNode value = object.path(name);
        if (absent(value)) {
            return otherwise;
        }
        if (!value.isNumber() || value.doubleValue() != Math.rint(value.doubleValue()) || value.doubleValue() < min) {
            throw ApiException.invalid(name, "'" + name + "' must be a whole number, " + min + " or more");
        }
        return value.canConvertToLong() ? value.longValue() : Long.MAX_VALUE;
    }

    /** A whole number in a range. */
    long whole(String name, long otherwise, long min, long max) {
        long number = whole(name, otherwise, min);
        if (number > max) {
            throw ApiException.invalid(name, "'" + name + "' must be a whole number, " + min + " to " + max);
        }
        return number;
    }

    /** The fields of an object within; none when absent. */
    Fields object(String name) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            return new Fields(JsonNodeFactory.instance.objectNode());
        }
        if (!value.isObject()) {
            throw ApiException.invalid(name, "'" + name + "' must be an object");
        }
        return new Fields(value);
    }

    /** @throws ApiException 400 if a field is there, and neither empty, false nor 0 */
    void refuse(String name, String why) {
        JsonNode value = node(name);
        boolean nothing = value.isContainerNode()
                ? value.isEmpty()
                : value.isTextual() ? value.textValue().isEmpty() : !value.asBoolean(false);
        if (!nothing) {
            throw ApiException.unsupported(name, "'" + name + "' is not supported" + why);
        }
    }

    /** @throws ApiException 400 unless it is an array */
    static Iterable<JsonNode> items(JsonNode value, String name) {
        if (!value.isArray()) {
            throw ApiException.invalid(name, "'" + name + "' must be an array");
        }
        return value;
    }

    /**
     * Token ids.
     *
     * @throws ApiException 400 unless it is an array of whole numbers from 0 to less than {@code vocabulary}
     */
    static int[] tokens(JsonNode array, String name, int vocabulary) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = array.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
                throw ApiException.invalid(
                        name, "'" + name + "' must have ids of the model's own tokens, 0 to " + (vocabulary - 1));
            }
            ids[i] = id.intValue();
        }
        return ids;
    }

    /** A text or an array of texts; empty when absent. */
    List<String> texts(String name) {
        JsonNode value = object.path(name);
        if (absent(value)) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(asText(value, name));
        }
        if (!value.isArray()) {
            throw ApiException.invalid(name, "'" + name + "' must be a string or an array of strings");
        }
        List<String> texts = new ArrayList<>();
        value.forEach(item -> texts.add(asText(item, name)));
        return texts;
    }

    /** The field itself; a missing node when absent or null. */
    JsonNode node(String name) {
        JsonNode value = object.path(name);
        return value.isNull() ? object.path("") : value;
    }

    boolean has(String name) {
        return !absent(object.path(name));
    }

    /** @throws ApiException 400 if the node is not a string */
    static String asText(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw ApiException.invalid(name, "'" + name + "' must be a string");
        }
        return wellFormed(value.textValue());
    }

    /** JSON can write half a surrogate pair, which is no character: it becomes U+FFFD. */
    private static String wellFormed(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
