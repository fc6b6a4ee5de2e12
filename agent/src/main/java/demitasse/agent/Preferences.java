package demitasse.agent;

/**
 * What a customer wished for in a session and we keep.
 *
 * @param name to be called by; empty if none was stated
 * @param language code of ISO 639; empty if none was stated
 * @param brief whether answers are to be short
 */
public record Preferences(String name, String language, boolean brief) {
    static final String NAME = "name";
    static final String LANGUAGE = "language";
    static final String LENGTH = "length";
    static final String SHORT = "short";
    static final Preferences NONE = new Preferences("", "", false);

    /** Where the name goes in stored text. */
    private static final String PLACEHOLDER = "[CUSTOMER_NAME]";

    boolean isEmpty() {
        return name.isEmpty() && language.isEmpty() && !brief;
    }

    /** The assistant's words as the customer, and people who take over, read them. */
    String fillIn(String text) {
        return name.isEmpty() ? nameless(text) : text.replace(PLACEHOLDER, name);
    }

    /** The assistant's words without a name. */
    static String nameless(String text) {
        return text.replace(", " + PLACEHOLDER, "")
                .replace(" " + PLACEHOLDER, "")
                .replace(PLACEHOLDER, "");
    }
}
