package demitasse.agent;

import demitasse.agent.pii.WrittenLanguage;
import demitasse.rag.Document;
import demitasse.rag.KnowledgeBase;
import demitasse.rag.Vocabulary;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The languages that the documents are written in, as they are now. */
final class KnowledgeLanguages implements Supplier<Languages> {
    /** So many documents, from all over, tell enough. */
    private static final int MOST_READ = 200;
    /** Of a document its beginning. */
    private static final int CHARS = 600;
    /** One in so many of those whose language is sure makes a language; a few, as on how to choose one's language, do not. */
    private static final int ONE_IN = 10;

    private final KnowledgeBase documents;
    private volatile Known known;

    /** @param of changes with the documents */
    private record Known(Vocabulary of, Languages languages) {}

    KnowledgeLanguages(KnowledgeBase documents) {
        this.documents = documents;
    }

    @Override
    public Languages get() {
        Vocabulary now = documents.vocabulary();
        Known before = known;
        if (before == null || before.of != now) {
            before = new Known(now, new Languages(among(documents.documents())));
            known = before;
        }
        return before.languages;
    }

    /** Codes, that of the most documents first; English where there are none. */
    static List<String> among(List<Document> documents) {
        Map<String, Integer> counts = new HashMap<>();
        int step = Math.max(1, documents.size() / MOST_READ);
        for (int i = 0; i < documents.size(); i += step) {
            Document document = documents.get(i);
            String text = MessageText.cut(document.title() + "\n" + document.content(), CHARS);
            known(text).ifPresent(code -> counts.merge(code, 1, Integer::sum));
        }
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        List<String> codes = counts.entrySet().stream()
                .filter(count -> count.getValue() * ONE_IN >= all)
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        return codes.isEmpty() ? List.of(WrittenLanguage.ENGLISH) : codes;
    }

    private static Optional<String> known(String text) {
        return WrittenLanguage.foreign(text)
                .or(() -> WrittenLanguage.isEnglish(text) ? Optional.of(WrittenLanguage.ENGLISH) : Optional.empty());
    }
}
