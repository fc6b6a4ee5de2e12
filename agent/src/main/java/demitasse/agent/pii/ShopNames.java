package demitasse.agent.pii;

import demitasse.rag.Vocabulary;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Which findings are names of goods and firms that the shop's own documents have: "Lelit Bianca". Not where somebody says
 * that a name is theirs: "I'm Bianca".
 */
final class ShopNames {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}'’-]*");
    private static final Pattern ANNOUNCED = Pattern.compile(
            "(?iu)(?:\\b(?:i am|i['’]?m|this is|call me|named?|names|names?(?: is)?:?|mr|mrs|ms|miss|dr|prof|signed|attn|attention)\\.?"
                    + "|\\b(?:regards|thanks|thank you|cheers|sincerely|yours|best|greetings)[,.!-]*)\\s+$");
    private static final int WINDOW = 30;

    private final Vocabulary documents;

    ShopNames(Vocabulary documents) {
        this.documents = documents;
    }

    boolean isOne(String text, PiiRule.Match match) {
        if (!match.type().equals("name")) {
            return false;
        }
        List<String> words = WORD.matcher(text.substring(match.start(), match.end()))
                .results()
                .map(MatchResult::group)
                .toList();
        boolean person = NameReader.isListed(words.getFirst()) && isAnnounced(text, match.start());
        return !person && (words.size() == 1 ? isOwn(words.getFirst()) : arePairs(words));
    }

    private static boolean isAnnounced(String text, int start) {
        return ANNOUNCED
                .matcher(text.substring(Math.max(0, start - WINDOW), start))
                .find();
    }

    private boolean isOwn(String word) {
        return NameReader.isListed(word) ? documents.isName(word) : documents.has(word);
    }

    /** "Lelit Bianca" is one where the documents have the two together: one of Bianca and one of Rossi do not release both. */
    private boolean arePairs(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            String first = words.get(i - 1);
            String second = words.get(i);
            boolean plain = !NameReader.isListed(first)
                    && !NameReader.isListed(second)
                    && documents.has(first)
                    && documents.has(second);
            if (!plain && !documents.isName(first, second)) {
                return false;
            }
        }
        return true;
    }
}
