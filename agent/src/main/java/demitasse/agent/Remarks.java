package demitasse.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is said in a conversation and asks for nothing that documents hold: small talk, also several pieces of it in a row; yes
 * and no to what the assistant offered; signs without words. Without this they would be searched for, and the words of the
 * last question would find something.
 */
final class Remarks {
    /** Yes, please: to an offer, if one was made. */
    static final String YES = "yes";

    private static final String NO = "no";
    private static final String NO_WORDS = "no_words";
    private static final String THANKS = "thanks";
    private static final String BYE = "bye";
    private static final String GREETING = "greeting";

    /** What is longer says something. */
    private static final int MAX_CHARS = 200;

    private static final int MAX_WORDS = 12;
    private static final int MAX_PIECES = 4;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    /** Thumbs, clapping, folded and waving hands, hearts, faces that smile. */
    private static final Pattern PLEASED = Pattern.compile(
            "[\\x{1F44D}\\x{1F44C}\\x{1F44F}\\x{1F64F}\\x{1F44B}\\x{1F642}\\x{1F600}-\\x{1F60D}\\x{1F495}-\\x{1F49C}\\x{2764}\\x{2714}\\x{2705}\\x{263A}]");

    private static final Pattern CLAUSE_END = Pattern.compile("[.,;:!?\\u2026\\n()]+| - ");
    private static final Pattern MORE_YES = Pattern.compile(
            "(?:oh |ok |okay )?(?:yes+|yeah|yep|yup|ya|sure|of course|absolutely"
                    + "|go ahead|please do|do (?:it|that|so)|let's do (?:it|that)|that would be (?:great|good|nice|fine|lovely))"
                    + "(?: (?:please|pls|sure|do that|do it|go ahead|thanks|thank you|that would be (?:great|good|nice)))*|please");
    private static final Pattern MORE_NO = Pattern.compile("(?:oh |ok |okay )?(?:no+|nope|nah|not really|nothing)"
            + "(?: (?:that's|thats|that is|that was|this is|it's|i'm|im|i am|thanks|thank you|nothing|not|more|else|for now"
            + "|all|it|good|fine|done|ok|okay|right now|now|today|really|not))*");
    private static final Pattern SOUNDS = Pattern.compile(
            "k+|kk+|ok+|okay+|okey|okie|oki|gr8|lol+|haha+|hehe+|a+h+|o+h+|hm+|mm+|wow|nice one|no (?:problem|worries)|np");
    private static final Pattern HELLO = Pattern.compile(
            "helo+|hellow?|helloo+|heyy+|(?:is )?(?:any(?:body|one)|some(?:body|one))(?: (?:there|here|home|around|online))+|you there");

    private static final Map<String, Pattern> KINDS =
            Map.of(YES, MORE_YES, NO, MORE_NO, SmallTalk.OTHER, SOUNDS, GREETING, HELLO);

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

    private Remarks() {}

    /** The key of the phrase that answers it; empty for what may be a question. */
    static Optional<String> kind(String message) {
        if (!WORD.matcher(message).find()) {
            return Optional.of(PLEASED.matcher(message).find() ? THANKS : NO_WORDS);
        }
        if (message.length() > MAX_CHARS) {
            return Optional.empty();
        }
        Optional<String> whole = one(message);
        return whole.isPresent() ? whole : several(message);
    }

    /** Whether the customer wants what is kept of them to be shown or erased. */
    static boolean asksForOwnData(String message) {
        return message.length() <= MAX_CHARS && DATA.matcher(plain(message)).matches();
    }

    private static Optional<String> one(String text) {
        String plain = plain(text);
        Optional<String> small = SmallTalk.byRules(text);
        if (small.isPresent()) {
            return small;
        }
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().matcher(plain).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Pieces that are small talk each: the last one is answered, but a thank-you comes after all others. */
    private static Optional<String> several(String message) {
        List<String> kinds = new ArrayList<>();
        for (String clause : CLAUSE_END.split(message)) {
            if (WORD.matcher(clause).find() && !read(clause.strip(), kinds)) {
                return Optional.empty();
            }
        }
        if (kinds.isEmpty() || kinds.size() > MAX_PIECES) {
            return Optional.empty();
        }
        kinds.removeIf(kind -> kinds.size() > 1 && kind.equals(SmallTalk.OTHER));
        String last = kinds.stream()
                .filter(kind -> !kind.equals(THANKS))
                .reduce((before, after) -> after)
                .orElse(THANKS);
        boolean thanked = kinds.contains(THANKS) && (last.equals(GREETING) || last.equals(NO) || last.equals(YES));
        return Optional.of(kinds.contains(BYE) ? BYE : thanked ? THANKS : last);
    }

    /** One piece, or two without a mark between them: "ok thanks bye". */
    private static boolean read(String clause, List<String> kinds) {
        Optional<String> whole = one(clause);
        if (whole.isPresent()) {
            return kinds.add(whole.get());
        }
        String[] words = clause.split("\\s+");
        for (int i = 1; i < words.length && words.length <= MAX_WORDS; i++) {
            Optional<String> first = one(String.join(" ", Arrays.copyOf(words, i)));
            Optional<String> second = one(String.join(" ", Arrays.copyOfRange(words, i, words.length)));
            if (first.isPresent() && second.isPresent()) {
                kinds.add(first.get());
                return kinds.add(second.get());
            }
        }
        return false;
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replace('’', '\'')
                .replaceAll("[^\\p{L}\\p{N}' ]+", " ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
