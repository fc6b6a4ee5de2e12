package demitasse.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is said in a conversation and asks for nothing that documents hold: small talk, also several pieces of it in a row; yes
 * and no to what the assistant offered; signs without words. Without this they would be searched for, and the words of the
 * last question would find something.
 */
final class Remarks {
    private static final String THANKS = "thanks";
    private static final String BYE = "bye";
    private static final String GREETING = "greeting";
    private static final String NO_WORDS = "no_words";

    /** What is longer says something. */
    private static final int MAX_CHARS = 200;

    private static final int MAX_WORDS = 12;
    private static final int MAX_PIECES = 4;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    /** Thumbs, clapping, folded and waving hands, hearts, faces that smile. */
    private static final Pattern PLEASED = Pattern.compile(
            "[\\x{1F44D}\\x{1F44C}\\x{1F44F}\\x{1F64F}\\x{1F44B}\\x{1F642}\\x{1F600}-\\x{1F60D}\\x{1F495}-\\x{1F49C}\\x{2764}\\x{2714}\\x{2705}\\x{263A}]");

    private static final Pattern CLAUSE_END = Pattern.compile("[.,;:!?\\u2026\\n()]+| - ");

    private static final String ASKING =
            "(?:(?:hi|hello|hey|please|pls|ok|so|and|now|can|could|would|will|you|i|we|want|need|wish|like|to|d"
                    + "|would like|have|how|do|does|should|must|just|also) )*";
    private static final String OWN_DATA =
            "(?:(?:all|any|of|every bit of|the|my|our|this|these|that|personal|private|stored|saved"
                    + "|chat|customer|own|whole|entire|a copy of|copy of) )*(?:my|our|this|the|personal|chat)"
                    + " (?:(?:personal|private|stored|saved|chat|customer|own|whole|entire) )*"
                    + "(?:data|information|infos?|details|chats?|conversations?|messages|(?:chat )?history)";
    private static final String TAIL =
            "(?: (?:please|pls|now|today|immediately|again|completely|at once|you (?:have|hold|keep|store|saved)|that you"
                    + "|about me|on me|(?:from|in|on|off) (?:your|the|this) (?:\\w+ )?(?:systems?|servers?|databases?|records?|chat|site|files)))*";
    private static final String TOLD =
            "(?:everything|all)(?: that)?(?: (?:i|we) (?:told|said|wrote|typed|sent)(?: to)?(?: you)?| about me| you know about me)";
    private static final Pattern DATA = Pattern.compile(ASKING
            + "(?:(?:delete|erase|remove|wipe|destroy|clear|forget|export|download|see|get|send me|give me|show me"
            + "|(?:an? )?(?:copy|export|deletion|erasure) of) " + OWN_DATA + TAIL
            + "|(?:forget me|forget everything|(?:forget|delete|erase) " + TOLD + ")" + TAIL
            + "|(?:what|which) (?:data|information|infos?|personal data|personal information) (?:do|did|have) you"
            + " (?:have|hold|keep|store|stored|saved|collect|know|got)(?: (?:about|of|on|from) me)?" + TAIL + ")");

    private final SmallTalk smallTalk;

    Remarks(SmallTalk smallTalk) {
        this.smallTalk = smallTalk;
    }

    /** The phrase that answers it and the language whose rules found it; empty for what may be a question. */
    Optional<SmallTalk.Found> of(Heard message) {
        String text = message.masked();
        if (!WORD.matcher(text).find()) {
            return Optional.of(
                    new SmallTalk.Found(PLEASED.matcher(text).find() ? THANKS : NO_WORDS, SmallTalk.ANY_LANGUAGE));
        }
        if (text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        return smallTalk.byRules(message).or(() -> several(message));
    }

    /** Whether the customer wants what is kept of them to be shown or erased. */
    static boolean asksForOwnData(String message) {
        return message.length() <= MAX_CHARS && DATA.matcher(plain(message)).matches();
    }

    /** Pieces that are small talk each: the last one is answered, but a thank-you comes after all others. */
    private Optional<SmallTalk.Found> several(Heard message) {
        List<SmallTalk.Found> pieces = new ArrayList<>();
        for (String clause : CLAUSE_END.split(message.masked())) {
            if (WORD.matcher(clause).find() && !read(clause.strip(), message, pieces)) {
                return Optional.empty();
            }
        }
        if (pieces.isEmpty() || pieces.size() > MAX_PIECES) {
            return Optional.empty();
        }
        List<String> kinds =
                new ArrayList<>(pieces.stream().map(SmallTalk.Found::kind).toList());
        kinds.removeIf(kind -> kinds.size() > 1 && kind.equals(SmallTalk.OTHER));
        String last = kinds.stream()
                .filter(kind -> !kind.equals(THANKS))
                .reduce((before, after) -> after)
                .orElse(THANKS);
        boolean thanked = kinds.contains(THANKS)
                && (last.equals(GREETING) || last.equals(SmallTalk.NO) || last.equals(SmallTalk.YES));
        String kind = kinds.contains(BYE) ? BYE : thanked ? THANKS : last;
        return Optional.of(new SmallTalk.Found(kind, pieces.getFirst().language()));
    }

    /** One piece, or two without a mark between them: "ok thanks bye". */
    private boolean read(String clause, Heard message, List<SmallTalk.Found> pieces) {
        Optional<SmallTalk.Found> whole = smallTalk.byRules(message.piece(clause));
        if (whole.isPresent()) {
            return pieces.add(whole.get());
        }
        String[] words = clause.split("\\s+");
        for (int i = 1; i < words.length && words.length <= MAX_WORDS; i++) {
            String first = String.join(" ", Arrays.copyOf(words, i));
            String second = String.join(" ", Arrays.copyOfRange(words, i, words.length));
            Optional<SmallTalk.Found> one = smallTalk.byRules(message.piece(first));
            Optional<SmallTalk.Found> other = smallTalk.byRules(message.piece(second));
            if (one.isPresent() && other.isPresent()) {
                pieces.add(one.get());
                return pieces.add(other.get());
            }
        }
        return false;
    }

    private static String plain(String text) {
        return SmallTalk.words(text.toLowerCase(Locale.ROOT).replace('’', '\''));
    }
}
