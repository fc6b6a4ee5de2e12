package demitasse.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * What a session remembers for a prompt: the last messages as far as a budget of tokens goes, and in few words what was
 * asked before. It is made from the stored, masked messages when it is needed and kept nowhere, so nothing outlives them.
 *
 * @param summary empty if all messages are recent
 * @param recent from the oldest to the newest, beginning with the customer's
 */
record Memory(String summary, List<StoredMessage> recent) {
    static final int RECENT_TOKENS = 300;
    static final int SUMMARY_TOKENS = 100;
    private static final int QUESTION_CHARS = 100;
    private static final String CUSTOMER = "customer";
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.?!])\\s+|\\n");

    /**
     * @param history before the message that is to be answered
     * @param tokens how many tokens a text has
     */
    static Memory of(List<StoredMessage> history, int recentTokens, int summaryTokens, ToIntFunction<String> tokens) {
        int from = history.size();
        int used = 0;
        while (from > 0) {
            used += tokens.applyAsInt(history.get(from - 1).text());
            if (used > recentTokens) {
                break;
            }
            from--;
        }
        // Half an exchange would be an answer to nothing.
        while (from < history.size() && !isCustomers(history.get(from))) {
            from++;
        }
        return new Memory(
                summary(history.subList(0, from), summaryTokens, tokens), history.subList(from, history.size()));
    }

    private static boolean isCustomers(StoredMessage message) {
        return message.role().equals(CUSTOMER);
    }

    /** A line for each question, with the documents that answered it; the oldest give way. */
    private static String summary(List<StoredMessage> old, int budget, ToIntFunction<String> tokens) {
        List<String> lines = new ArrayList<>();
        int used = 0;
        for (int i = old.size() - 1; i >= 0; i--) {
            if (!isCustomers(old.get(i))) {
                continue;
            }
            String line = line(old.get(i), i + 1 < old.size() ? old.get(i + 1).sources() : List.of());
            used += tokens.applyAsInt(line);
            if (used > budget) {
                break;
            }
            lines.addFirst(line);
        }
        return String.join("\n", lines);
    }

    private static String line(StoredMessage question, List<String> sources) {
        String asked = asked(question.text());
        return "- " + asked + (sources.isEmpty() ? "" : " (answered from: " + String.join(", ", sources) + ")");
    }

    /** The sentence that asks, or the first; cut where it is long. */
    private static String asked(String text) {
        String[] sentences = SENTENCE_END.split(text.strip());
        String asked = sentences[0];
        for (String sentence : sentences) {
            if (sentence.endsWith("?")) {
                asked = sentence;
                break;
            }
        }
        return MessageText.cut(asked, QUESTION_CHARS);
    }
}
