package demitasse.agent;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Greetings, thanks and the like: which kind it is. Answers come from {@link Phrases}, without a search. */
final class SmallTalk {
    /** Some small talk that no kind below fits. */
    static final String OTHER = "small_talk";

    private static final String NAME =
            "(?: (?:there|bot|again|everyone|all|team|sir|madam|friend|buddy|mate|dear|guys))?";
    private static final String GREETING =
            "(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|hallo|hola|namaste)"
                    + NAME;

    /** A kind is sure where its pattern covers the whole message; in this order. */
    private static final Map<String, Pattern> KINDS = new LinkedHashMap<>();

    static {
        kind("greeting", GREETING + "(?: (?:" + GREETING + "|anyone there|anybody there|are you there|you there))?");
        kind(
                "thanks",
                "(?:" + GREETING
                        + " )?(?:ok(?:ay)? |great |perfect |oh |alright |cool |no )?(?:many thanks|thanks?(?: ?(?:you|u))?|thx|ty|cheers|tysm|much appreciated"
                        + "|(?:i )?(?:really )?appreciate (?:it|that|this|you\\w*|the help|your help))(?: (?:so|very|a lot|much|lot|for|that|the|your|all|help\\w*|bot|this|it|again|info|information|answer|you|assistance|now|really|a|bunch|million|ton|anyway|everything))*"
                        + "|that(?: i|')?s (?:all|it|everything)(?: (?:i needed|for now|thanks|thank you))*|that (?:helped|helps|was helpful)|(?:great|perfect|awesome|ok|okay|cool|got it|alright|fine|good|nice|understood)(?: thanks| thank you)?");
        kind(
                "bye",
                "(?:ok |okay |thanks |thank you )?(?:good ?bye|bye+|see (?:you|ya)|cya|farewell|have a (?:nice|good|great) (?:day|one|evening|weekend|night)|talk (?:to you )?later|take care|good night|so long|until next time|ttyl|later)"
                        + "(?: (?:bye|later|soon|then|now|bot|for now|tomorrow|you too|around|and thanks|thanks))*");
        kind(
                "how_are_you",
                "(?:" + GREETING
                        + " )?(?:so )?(?:how (?:are|r) (?:you|u|ya|things)(?: (?:doing|today|feeling|this|morning|evening|going|been|lately))*|how(?: i|')?s (?:it going|your day|life|everything)(?: (?:today|going|so far|been))*|how do you do|how have you been|what(?: i|')?s up|sup|wassup|how is your day(?: going)?)");
        kind(
                "who_are_you",
                "(?:" + GREETING
                        + " )?(?:so )?(?:(?:who|what)(?: exactly)? (?:are|r) (?:you|u)(?: .{0,30})?|are (?:you|u) (?:an? |really |actually |truly |the |some |just |only )*(?:human|bot|robot|real|person|machine|ai|alive|computer|program|chat ?bot|artificial|live|actual|woman|man|girl|boy).{0,30}|(?:what|who)(?: i|')?s your (?:name|developer|creator|maker|boss)|do you have a (?:name|developer|boss|creator|maker)|who (?:made|built|created|designed|programmed|developed|owns) you"
                        + "|(?:am i|is this|are we) (?:talking|speaking|chatting)? ?(?:to|with)? ?(?:an? )?(?:real |live )?(?:bot|robot|human|person|machine|ai|computer).{0,30}|who am i (?:talking|speaking|chatting) (?:to|with)|who do you work for|where are you from|how old are you|what should i call you|do you have a name)");
        kind(
                "capabilities",
                "(?:what (?:can|do|could) you (?:do|help|know|answer|offer).{0,30}|what (?:can|could|may|should) i (?:ask|say|do) .{0,30}|how (?:can|do) you (?:work|help).{0,20}|(?:can|could|will|would) you help(?: me)?(?: (?:please|out|with something|today))*|(?:i need |need |please )?(?:some )?help(?: me)?(?: (?:please|out))*|i have a (?:question|problem)|can i ask (?:you )?(?:a question|something)|(?:are you|is (?:anyone|anybody|someone)) (?:there|available|around|here)(?: to (?:speak|talk|chat|help))?)");
        kind(
                "joke",
                "(?:.{0,40}\\b(?:tell|know|have|got|say|give|hear)\\b.{0,25}\\b(?:jokes?|fun facts?|something funny|funny)\\b.{0,30}|(?:another |a )?joke(?: please)?|make me laugh|.{0,30}fun facts?.{0,30})");
        kind(
                "praise",
                "(?:you(?: a|')?re|u r|you are|that was|that is|that's|it was|great|good|nice|well) (?:so |very |really |pretty |such |an? |the |my )*(?:helpful|great|awesome|amazing|smart|clever|nice|kind|cool|the best|best|good|funny|wonderful|done|job|work|chat|talk|bot|lovely|sweet|brilliant|perfect)(?: (?:bot|job|work|talk.{0,20}|chat.{0,20}|take it easy))*|i (?:love|like) you.{0,10}|.{0,20}do you (?:like|love) me.{0,10}");
        kind(
                "insult",
                "(?:you(?: a|')?re|u r|you are|you) (?:so |very |really |such |an? |the |absolutely )*(?:stupid|dumb|idiot|useless|bad|annoying|boring|crap|suck|sucks|rubbish|terrible bot|moron)(?: .{0,15})?");
    }

    private SmallTalk() {}

    private static void kind(String name, String pattern) {
        KINDS.put(name, Pattern.compile(pattern));
    }

    /** The kind that the whole message is, by its words. */
    static Optional<String> byRules(String message) {
        String plain = message.toLowerCase(Locale.ROOT)
                .replace('’', '\'')
                .replaceAll("[^\\p{L}\\p{N}' ]+", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().matcher(plain).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
