package demitasse.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a message wishes for itself: a name to be called by ("call me Sam"), a language to be answered in ("please answer
 * in German"), short answers or long ones, or that the name is forgotten again. Only what is said in so many words counts; "my name is" states a fact
 * for this message and is masked like any name. Read from the unmasked text, in memory.
 *
 * @param name null: none stated
 * @param language a code of ISO 639; null: none stated
 * @param brief whether answers are to be short; null: none stated
 */
record Wishes(String name, String language, boolean forgetName, Boolean brief) {
    private static final String CAPITALISED = "(?-i:\\p{Lu})[\\p{L}\\p{M}'’-]{1,29}";
    private static final String NAME = "((?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\\b\\.? )?" + CAPITALISED + "(?: "
            + CAPITALISED + ")?|\\p{L}[\\p{L}\\p{M}'’-]{1,29})";
    private static final String END =
            "(?=[\"”'’]?\\s*(?:$|[.,;:!?)\\n]|-|–|(?:please|pls|thanks|from now on|instead|and|but|i|can|how|what|when)\\b))";
    private static final Pattern CALLED = Pattern.compile(
            "(?iu)\\b(?:call me|calls me|address me as|refer to me as|i go by|like to be called|prefer to be called|be called)"
                    + "\\s+(?:just )?[\"“'‘]?" + NAME + END);
    private static final Pattern LANGUAGE = Pattern.compile(
            "(?iu)\\b(?:(?:answer|reply|respond|write|speak|talk|chat|communicate|continue)(?: (?:to me|with me|me|back|only))?"
                    + "(?: please)? in|(?:answers|replies|responses) in|prefer(?: to (?:speak|talk|chat|write|read)(?: in)?)?"
                    + "|speak|antworten sie(?: bitte)? auf|répondez(?:[ -]moi)? en|responda en) (\\p{L}{3,20})\\b");
    private static final Pattern FORGET =
            Pattern.compile("(?iu)\\b(?:forget|delete|remove|don['’]?t use|do not use|stop using) my name\\b");
    /** A question, a report or a refusal is no wish: "did you call me Tuesday?", "don't call me Sam". */
    private static final Pattern NO_WISH =
            Pattern.compile("(?iu).*(?:\\b(?:don['’]?t|do not|never|not|stop|why|how|did|does|do"
                    + "|didn['’]?t|who|he|she|they|nobody|somebody|someone|can['’]?t|cannot)\\b)[^.!?\\n]*");

    private static final String HOW =
            "(?:(?:please|pls|can you|could you|would you|will you|just|but|and|i'd like|i want|i prefer"
                    + "|you to|to|write|answer|reply|respond|talk|explain|say|tell|put|be|keep|make|give|it|this|that|them|me|your|the|answers?"
                    + "|replies|messages|texts?|things|in|with|a bit|a little|bit|even|way|much|very|more|as|too|using|use) )*";
    private static final String AFTER =
            "(?: (?:please|pls|answers?|replies|messages|texts?|from now on|thanks|thank you|as possible|version|ok))*";
    private static final Pattern SHORTER = Pattern.compile(HOW
            + "(?:shorter|briefer|brief|short|briefly|concise|concisely|(?:short|shorter|fewer|less|few) (?:sentences|words|texts?)"
            + "|to the point)" + AFTER);
    private static final Pattern LONGER =
            Pattern.compile(HOW + "(?:longer|detailed|detail|details|at length|longer sentences|in full)" + AFTER);
    /** A longer message asks for something. */
    private static final int MAX_LENGTH_WISH = 80;

    /** All up to the clause that a text ends with. */
    private static final Pattern CLAUSE = Pattern.compile("(?s).*[.,;!?\\n]");

    private static final Pattern MASK = Pattern.compile("\\[[A-Z_]+]");

    private static final Set<String> NO_NAMES = words(
            "a about after again an anonymous any anytime as asap at back before between by cab crazy daily directly first for"
                    + " here if immediately in instead later mad maybe monday tuesday wednesday thursday friday saturday"
                    + " sunday january february march july september october november december"
                    + " names noon now old on once please regarding right soon stupid taxi the there today tomorrow tonight"
                    + " to up urgently ur when whenever with yesterday you");
    /** A message of such words alone asks for nothing else. */
    private static final Set<String> FILLERS = words(
            "hi hello hey there good morning afternoon evening please pls you can could would may might just call calls me my name"
                    + " is i am but and thanks thank from now on instead like love to be called prefer go by address refer"
                    + " as answer answers reply replies respond responses write speak talk chat communicate continue in"
                    + " with only back want d m it forget delete remove don t do not use stop using everyone everybody"
                    + " friends people so ok okay the bitte auf en antworten sie répondez moi responda");

    /** @param text normalised, not masked */
    static Wishes of(String text) {
        String name = first(CALLED, text, word -> !NO_NAMES.contains(lastWord(word)));
        String language = first(LANGUAGE, text, word -> LanguageNames.code(word).isPresent());
        boolean forget = name == null && FORGET.matcher(text).find();
        String code =
                language == null ? null : LanguageNames.code(lower(language)).orElseThrow();
        return new Wishes(name, code, forget, brief(text));
    }

    /** Of a whole message only: "in short sentences, please" is a wish, "a short cable" and "more details" are none. */
    private static Boolean brief(String text) {
        String plain = lower(text)
                .replace('’', '\'')
                .replaceAll("[^\\p{L}\\p{N}']+", " ")
                .strip();
        boolean isWish = text.length() <= MAX_LENGTH_WISH && plain.indexOf(' ') > 0 && !text.contains("?")
                || plain.startsWith("can you ")
                || plain.startsWith("could you ");
        if (!isWish) {
            return null;
        }
        return SHORTER.matcher(plain).matches()
                ? Boolean.TRUE
                : LONGER.matcher(plain).matches() ? Boolean.FALSE : null;
    }

    private static Set<String> words(String list) {
        return Set.copyOf(List.of(list.split(" ")));
    }

    private static String first(Pattern pattern, String text, Predicate<String> fits) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            String before = text.substring(0, matcher.start());
            String clause = CLAUSE.matcher(before).replaceFirst("");
            if (fits.test(lower(matcher.group(1))) && !NO_WISH.matcher(clause).matches()) {
                return matcher.group(1);
            }
        }
        return null;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String lastWord(String words) {
        return words.substring(words.lastIndexOf(' ') + 1);
    }

    /** What is to be stored; an empty value is to be forgotten. */
    Map<String, String> changes() {
        Map<String, String> changes = new TreeMap<>();
        if (name != null || forgetName) {
            changes.put(Preferences.NAME, name == null ? "" : name);
        }
        if (language != null) {
            changes.put(Preferences.LANGUAGE, language);
        }
        if (brief != null) {
            changes.put(Preferences.LENGTH, brief ? Preferences.SHORT : "");
        }
        return changes;
    }

    /**
     * The phrase that answers a message that has wishes and asks for nothing else.
     *
     * @param masked the message as it is stored
     */
    Optional<String> phrase(String masked) {
        if (brief != null) {
            return Optional.of(brief ? "preference.short" : "preference.long");
        }
        if (changes().isEmpty() || !hasNothingElse(MASK.matcher(masked).replaceAll(" "))) {
            return Optional.empty();
        }
        String kind = language != null ? "language" : name != null ? "name" : "forgotten";
        return Optional.of("preference." + kind);
    }

    private boolean hasNothingElse(String text) {
        return Arrays.stream(lower(text).split("[^\\p{L}\\p{N}]+"))
                .allMatch(word -> word.isEmpty()
                        || FILLERS.contains(word)
                        || LanguageNames.code(word)
                                .filter(code -> code.equals(language))
                                .isPresent());
    }
}
