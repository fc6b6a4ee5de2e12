package demitasse.rag;

import java.util.regex.Pattern;

/**
 * A document of a knowledge base. Characters that nobody sees (controls, tags, marks without width; not soft hyphens and
 * the joiners that scripts and emoji need) are left out: a model would read in them what the person who checked the document could not.
 *
 * @param id unique in the knowledge base
 * @param source a label such as faq, policies, shipping; may be empty
 */
public record Document(String id, String title, String content, String source) {
    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\x{E0100}-\\x{E01EF}&&[^\\n\\r\\t\\u00ad\\u200c\\u200d]]");

    public Document {
        title = seen(title);
        content = seen(content);
    }

    private static String seen(String text) {
        return text == null ? null : UNSEEN.matcher(text).replaceAll("");
    }
}
