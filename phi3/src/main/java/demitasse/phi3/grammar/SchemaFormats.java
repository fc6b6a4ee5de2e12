package demitasse.phi3.grammar;

import java.util.Map;

/** Formats of strings, as patterns. A format that JSON Schema does not know is a note. */
final class SchemaFormats {
    private static final String LEAP_DAY =
            "(?:(?:0[48]|[2468][048]|[13579][26])00" + "|[0-9]{2}(?:0[48]|[2468][048]|[13579][26]))-02-29";
    private static final String YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
    private static final String DATE = "(?:" + YEAR + "-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
            + "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|" + LEAP_DAY + ")";
    private static final String TIME =
            "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{3})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,2}";
    private static final String EMAIL =
            "[A-Za-z0-9_+-]{1,32}(?:\\.[A-Za-z0-9_+-]{1,31})?@" + LABEL + "(?:\\." + LABEL + "){1,2}";
    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String URI_TEXT = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*";
    private static final String URI = "https?://" + HOST + "(?::[1-9][0-9]{0,3})?(?:/" + URI_TEXT + ")?(?:\\?"
            + URI_TEXT + ")?(?:#" + URI_TEXT + ")?";
    private static final String POINTER = "(?:/(?:[A-Za-z0-9 _.-]|~[01])*)*";
    private static final String UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
    private static final String TIME_PART = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
    private static final String DURATION = "P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
            + "(?:" + TIME_PART + ")?|" + TIME_PART + ")";

    private SchemaFormats() {}

    /**
     * The pattern of a schema's format; null if it has none or one that is only a note. Some patterns take in the
     * common part of what the format allows.
     */
    static String pattern(Map<?, ?> schema) {
        String format = Keywords.text(schema, "format");
        String pattern = switch (format == null ? "" : format) {
            case "date" -> DATE;
            case "time" -> TIME;
            case "date-time" -> DATE + "T" + TIME;
            case "duration" -> DURATION;
            case "uuid", "uuid1", "uuid2", "uuid3", "uuid4", "uuid5" -> UUID;
            case "email", "idn-email" -> EMAIL;
            case "hostname", "idn-hostname" -> HOST;
            case "ipv4" -> BYTE + "(?:\\." + BYTE + "){3}";
            case "ipv6" -> "[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){7}";
            case "uri", "iri", "uri-reference", "iri-reference", "uri-template" -> URI;
            case "json-pointer" -> POINTER;
            case "relative-json-pointer" -> "(?:0|[1-9][0-9]{0,3})(?:#|/[A-Za-z0-9_.-]*" + POINTER + ")";
            case "regex" -> throw Keywords.refused("format' with 'regex");
            default -> null;
        };
        return pattern == null ? null : "^(?:" + pattern + ")$";
    }
}
