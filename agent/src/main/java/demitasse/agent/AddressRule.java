package demitasse.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Postal addresses: a number, a street name that ends in a word such as Street, and what follows (flat, town, state,
 * code); post boxes; and, after words such as "my address is", also other orders of number and street.
 */
final class AddressRule implements PiiRule {
    private static final String STREET_WORD =
            "(?:street|str|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct"
                    + "|place|pl|square|sq|terrace|ter|parkway|pkwy|circle|cir|highway|hwy|trail|trl|close|crescent|cres|grove|row"
                    + "|gardens|mews|walk|alley|plaza|loop|pike|route|run|crossing|path|ridge|hill|point|strasse|straße|gasse|weg|platz"
                    + "|rue|via|calle|rua|avenida|straat|laan|gatan|gade|vej|ulica|utca)";
    private static final String WORD = "[\\p{L}\\p{N}.'’-]+";
    private static final String UNIT =
            "(?:[,]?\\s{1,6}(?:apt|apartment|suite|ste|unit|flat|floor|room|#)\\.?\\s?#?[\\p{L}\\p{N}-]{1,6})";
    private static final String TOWN =
            "(?:[,]?\\s{1,6}\\p{L}[\\p{L}.'’-]*(?:\\s\\p{L}[\\p{L}.'’-]*){0,3}(?:\\s\\([\\p{L} ]+\\))?)";
    private static final String STATE_CODE =
            "(?:[, ]\\s{0,6}(?:[A-Za-z]{2}|\\p{Lu}\\p{L}+)\\s+[A-Z]{0,2}\\d{4,5}(?:-\\d{4})?)";
    private static final String STATE = "(?:,\\s{0,6}(?:[A-Z]{2}\\b|\\p{Lu}\\p{L}+(?:\\s\\p{Lu}\\p{L}+)?))";

    private static final Pattern STREET = Pattern.compile("(?iu)(?<![\\p{L}\\p{N}$€£#.-])\\d{1,6}[a-z]?\\s(?:" + WORD
            + "\\s){0,4}?" + STREET_WORD + "\\b\\.?(?![\\p{L}'’])" + UNIT + "?");
    private static final Pattern TAIL = Pattern.compile("(?:" + TOWN + STATE_CODE + "|" + STATE_CODE
            + "|,\\s{0,3}\\p{Lu}[\\p{L}.'’-]*(?:\\s\\p{Lu}[\\p{L}.'’-]*){0,2}" + STATE
            + "?|\\sin\\s\\p{Lu}\\p{L}+(?:\\s\\p{Lu}\\p{L}+)?"
            + STATE + "?)" + UNIT + "?");
    private static final Pattern BOX = Pattern.compile(
            "(?iu)\\b(?:p\\.?\\s?o\\.?\\s?box|post(?:al)?\\s?box|postbox)\\s\\d+|\\b(?:psc|unit|cmr)\\s\\d{3,5},?\\s"
                    + "box\\s\\d{3,5}(?:\\s(?:apo|fpo|dpo)\\s[a-z]{2}\\s\\d{5})?");
    private static final Pattern TRIGGER = Pattern.compile(
            "(?iu)\\b(?:address(?:es)?(?:,? here they are)?(?:\\s(?:is|to|of|with|as|would be|on))?(?:\\sthe new one)?:?"
                    + "|lives? (?:at|on|in)|living at|located at|(?:ship|send|deliver|mail|sent|shipped|delivered)(?:\\s\\p{L}+){0,3}\\sto"
                    + "|moved to|office is (?:at|on)|reside[sd]? at|meet you at|return to|going to|off at|to the same:)[:\\s]+");
    /** After a trigger: needs a number of a house or a code to be an address. */
    private static final Pattern AFTER_TRIGGER = Pattern.compile(
            "(?u)(?:user: )?((?:\\d{1,6}[,]?\\s{1,6}(?:" + WORD + "[,]?\\s{1,6}){0,6}?\\d{1,6}|(?:\\p{Lu}" + WORD
                    + "\\s){1,4}\\d{1,5}[a-z]?\\b|\\d{1,6}\\s(?:\\p{Lu}" + WORD + "[,]?\\s?){1,4})(?:" + UNIT
                    + ")*(?:[,]?\\s{1,6}\\p{Lu}[\\p{L}.'’-]*){0,6}(?:[,]?\\s{1,6}\\d{4,5}\\b)?)");

    @Override
    public List<Match> find(String text) {
        List<Match> matches = new ArrayList<>();
        Matcher street = STREET.matcher(text);
        while (street.find()) {
            matches.add(new Match("address", street.start(), tail(text, street.end())));
        }
        Matcher box = BOX.matcher(text);
        while (box.find()) {
            matches.add(new Match("address", box.start(), tail(text, box.end())));
        }
        Matcher trigger = TRIGGER.matcher(text);
        while (trigger.find()) {
            Matcher after = AFTER_TRIGGER.matcher(text).region(trigger.end(), text.length());
            if (after.lookingAt()) {
                matches.add(new Match("address", after.start(1), trimmed(text, after.start(1), after.end(1))));
            }
        }
        return matches;
    }

    private static int tail(String text, int from) {
        Matcher tail = TAIL.matcher(text).region(from, text.length());
        return tail.lookingAt() ? tail.end() : from;
    }

    private static int trimmed(String text, int start, int end) {
        int at = end;
        while (at > start && !Character.isLetterOrDigit(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
