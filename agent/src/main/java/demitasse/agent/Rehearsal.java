package demitasse.agent;

import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.Sentences;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Has questions answered that are made of the documents' own words, so that classes are loaded and code is compiled when
 * the first customer comes. Nothing of it is kept or counted. Of one thread; the knowledge base may change or be closed
 * meanwhile.
 */
public final class Rehearsal {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());

    private static final int DOCUMENTS = 24;
    /** Shorter than most documents, as questions are. */
    private static final int MAX_CHARS = 120;

    /** What each document's topic is asked in, by turns: a name alone, a follow-up, two questions, personal data. */
    private static final List<List<String>> FORMS = List.of(
            List.of("%s?"),
            List.of("How does it work: %s?", "and how long does it take?"),
            List.of("What can you tell me about %s? And what does it cost?"),
            List.of("I am Ada Example, ada@example.org, 202-555-0143. Please tell me about %s"));

    /** Whatever the documents are: nothing to be found, small talk, a wish for a person. */
    private static final List<List<String>> OTHERS =
            List.of(List.of("I want to speak with a person"), List.of("What is the capital of Peru?", "thank you"));

    private final KnowledgeBase knowledge;
    private final Consumer<List<String>> customer;
    /** Null until the first question. */
    private Queue<List<String>> conversations;

    /** @param customer says messages in a session of its own */
    Rehearsal(KnowledgeBase knowledge, Consumer<List<String>> customer) {
        this.knowledge = knowledge;
        this.customer = customer;
    }

    /** Answers a question or two; false: none is left, or they cannot be answered any more. Throws nothing. */
    public boolean next() {
        try {
            if (conversations == null) {
                conversations = conversations();
            }
            if (conversations.isEmpty()) {
                return false;
            }
            customer.accept(conversations.remove());
            return true;
        } catch (RuntimeException | Error e) {
            // Closed meanwhile; or the first customer will learn better what is wrong.
            LOG.log(System.Logger.Level.DEBUG, "the rehearsal ended with {0}", e.getClass());
            conversations = new ArrayDeque<>();
            return false;
        }
    }

    private Queue<List<String>> conversations() {
        List<Document> documents = knowledge.documents();
        int count = Math.min(DOCUMENTS, documents.size());
        List<List<String>> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Document document = documents.get((int) ((long) i * documents.size() / count));
            List<String> form = FORMS.get(i % FORMS.size());
            String topic = topic(document, i % 2 == 0);
            made.add(form.stream().map(text -> text.formatted(topic)).toList());
        }
        made.addAll(Math.min(1, made.size()), OTHERS);
        return new ArrayDeque<>(made);
    }

    private static String topic(Document document, boolean byTitle) {
        boolean title =
                document.content().isBlank() || byTitle && !document.title().isBlank();
        String text = title
                ? document.title()
                : Sentences.split(document.content()).stream().findFirst().orElse(document.title());
        return text.substring(0, Math.min(text.length(), MAX_CHARS)).strip();
    }
}
