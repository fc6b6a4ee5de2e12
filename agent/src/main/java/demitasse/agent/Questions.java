package demitasse.agent;

import demitasse.rag.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a message that asks several things into its questions. It rather leaves two together than cuts one in two. */
final class Questions {
    /** More are answered as one: nobody reads an answer to six questions. */
    private static final int MAX_QUESTIONS = 4;

    /** A question with fewer words of meaning, as "can you tell me" or "how about you?", asks for nothing. */
    private static final int TELLING_WORDS = 2;

    /** A message of so many characters is a letter; an encoder does not even see the end of some. */
    private static final int LETTER_CHARS = 400;

    private static final String ASKS = "(?:what|when|where|which|who|whom|whose|how|why)\\b"
            + "|(?:what|when|where|who|how)'s\\b"
            + "|(?:is|are|was|were|do|does|did|can|could|will|would|should|may|have|has)"
            + " (?:i|you|we|they|my|your|our|the|there|it|this|that|these|those|an?|any|some|one)\\b";

    private static final Pattern QUESTION =
            Pattern.compile("(?is)\\W*(?:and |but |so |also |then |please )*(?:" + ASKS + ").*");

    /** Where the next question begins inside a sentence. */
    private static final Pattern NEXT = Pattern.compile(
            "(?i)(?:[,;]? (?:and|also|plus|as well as)(?: also| then)? |[,;] (?:also |then )?)(?=(?:" + ASKS + "))");

    private static final Pattern THERE_IS = Pattern.compile("(?i)\\b(?:is|are|was|were) there\\b");

    private Questions() {}

    /**
     * @param before what the customer said ahead of it and ahead of its neighbours; may be empty
     * @param text the question itself
     */
    record Question(String before, String text) {
        String whole() {
            return (before + " " + text).strip();
        }
    }

    /** The one question of a message so long that the rest of it drowns the question. */
    static Optional<String> inALetter(String message, Predicate<String> isSmallTalk) {
        if (message.length() < LETTER_CHARS) {
            return Optional.empty();
        }
        List<Question> questions = all(message, isSmallTalk);
        return questions.size() == 1 ? Optional.of(questions.getFirst().text) : Optional.empty();
    }

    /** The questions in order; none if the message asks fewer than two things, or too many. */
    static List<Question> of(String message, Predicate<String> isSmallTalk) {
        List<Question> questions = all(message, isSmallTalk);
        return questions.size() < 2 || questions.size() > MAX_QUESTIONS ? List.of() : List.copyOf(questions);
    }

    private static List<Question> all(String message, Predicate<String> isSmallTalk) {
        List<Question> questions = new ArrayList<>();
        String before = "";
        boolean open = false;
        for (String sentence : Sentences.split(message)) {
            for (String part : parts(sentence)) {
                if (asks(part)) {
                    questions.add(new Question(before, part));
                    open = false;
                } else {
                    before = open ? before + " " + part : part;
                    open = true;
                }
            }
        }
        questions.removeIf(question -> isSmallTalk.test(question.text));
        return questions;
    }

    /** Whether some sentence asks for something. */
    static boolean asksSomething(String message) {
        return Sentences.split(message).stream().anyMatch(sentence -> asks(sentence) && isTelling(sentence));
    }

    /** Whether a question has words enough to say what it is about. */
    static boolean isTelling(String question) {
        return Words.content(question).size() >= TELLING_WORDS;
    }

    private static boolean asks(String text) {
        return text.endsWith("?") || QUESTION.matcher(text).matches();
    }

    /** A sentence cut before each further question that stands on its own feet: "and what does it cost" does not. */
    private static List<String> parts(String sentence) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        Matcher next = NEXT.matcher(sentence);
        while (next.find()) {
            String left = sentence.substring(start, next.start());
            Optional<Integer> following = next(sentence, next.end());
            String right = sentence.substring(next.end(), following.orElse(sentence.length()));
            if (standsAlone(left) && standsAlone(right)) {
                parts.add(left.strip());
                start = next.end();
            }
        }
        parts.add(sentence.substring(start).strip());
        return parts;
    }

    private static Optional<Integer> next(String sentence, int from) {
        Matcher next = NEXT.matcher(sentence);
        return next.find(from) ? Optional.of(next.start()) : Optional.empty();
    }

    private static boolean standsAlone(String part) {
        boolean points = MessageText.pointsBack(THERE_IS.matcher(part).replaceAll(" "));
        return !points && !Words.content(part).isEmpty();
    }
}
