package demitasse.rag;

/**
 * A document of a knowledge base.
 *
 * @param id unique in the knowledge base
 * @param source a label such as faq, policies, shipping; may be empty
 */
public record Document(String id, String title, String content, String source) {}
