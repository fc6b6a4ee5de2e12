package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Postal addresses as people on the continent write them: "Hauptstraße 5, 10115 Berlin", "12 rue de la Paix, 75002 Paris",
 * "Calle Mayor 15, 28013 Madrid". A street with its number, and code and town where they follow. The tagger knows such
 * addresses too, but not in all surroundings.
 */
final class StreetRule implements PiiRule {
    private static final String WORD = "\\p{Lu}[\\p{L}\\p{M}.'’-]*";
    private static final String NUMBER =
            "\\d{1,4}(?: ?[-/–] ?\\d{1,4})?(?: ?[a-zA-Z](?![\\p{L}\\d]))?(?!\\d|[.,]\\d| ?(?:€|%|mm\\b|cm\\b|kg\\b|euro))";
    private static final String DE_SMALL = "(?:am|an|im|in|zum|zur|auf|unter|bei|vor|der|den|dem)";
    private static final String SMALL =
            "(?:de|del|della|delle|dei|degli|dell|di|d|da|do|dos|das|du|des|la|las|los|le|les|l|el|y|et|e|aux|au|en|sur|san|van|der|den)";
    private static final String NAME =
            "(?:" + SMALL + "[ '’])*" + WORD + "(?:[ -](?:" + SMALL + "[ '’])*" + WORD + "){0,4}";
    private static final String NR = "(?: ?(?:n\\.?[ºo°]?|nr\\.?|núm\\.|no\\.?:?) ?)?";

    /** These by themselves, with a number, say that it is a street. */
    private static final List<Pattern> STREETS = compiled(
            // Berliner Straße 5, Karl-Marx-Allee 91, Kerkstraat 12, Storgatan 5
            "(?iu)(?<![\\p{L}\\p{N}])(?-i:(?:" + WORD + " )?)(?:[\\p{L}\\p{M}-]{2,}|(?-i:" + WORD
                    + ") )(?:straße|strasse|str\\.|gasse|allee|straat|laan|gracht|plein|kade"
                    + "|gatan|vägen|vegen|veien|gade|vej) " + NUMBER,
            "(?u)(?<![\\p{L}\\p{N}])(?:Laan|Plein|Weg) van (?:(?:de|der|den|het) )?" + WORD + " " + NUMBER,
            // 12 bis, rue de la Paix
            "(?iu)(?<![\\p{L}\\p{N}])\\d{1,4}(?: ?(?:bis|ter|quater|[a-d]))?,? (?:rue|avenue|av\\.|boulevard|bd|blvd|chemin|allée|impasse|quai|place|route|cours|square|faubourg"
                    + "|passage|sentier|esplanade|promenade|ruelle|cité|résidence) (?-i:" + NAME + ")",
            "(?iu)(?<![\\p{L}\\p{N}])\\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|impasse) (?:de (?:la |l['’])?|du |des |d['’])?[\\p{L}-]{3,}(?: [\\p{L}-]{3,})?(?=[,.;!?\\n]|$|,? \\d{5})",
            // Calle Mayor 15, C/ Alcalá, 23
            "(?u)(?<![\\p{L}\\p{N}])(?:C/ ?|C\\. |(?:[Cc]alle|[Aa]venida|Avda\\.?|Av\\.|[Pp]aseo|Pº|[Pp]laza|Pza\\.|[Cc]amino|[Cc]arretera|Ctra\\.|[Rr]onda|[Tt]ravesía|[Gg]lorieta"
                    + "|[Aa]lameda|[Cc]uesta|[Pp]asaje|[Cc]allejón|[Pp]asadizo|Rambla) )" + NAME + ",? " + NR + NUMBER,
            // Via Roma 12, Corso Vittorio Emanuele II, 88
            "(?u)(?<![\\p{L}\\p{N}])(?:[Vv]ia|[Vv]iale|V\\.le|[Pp]iazza|P\\.zza|[Pp]iazzale|[Cc]orso|C\\.so|[Vv]icolo|[Ll]argo|[Cc]ontrada|[Ll]ungomare|Strada|Borgo|Salita) "
                    + NAME + ",? " + NR + NUMBER,
            "(?u)(?<![\\p{L}\\p{N}])(?:Rua|R\\.|Travessa|Largo|Praça|Estrada) " + NAME + ",? " + NR + NUMBER,
            "(?u)(?<![\\p{L}\\p{N}])(?:ul|al|os|pl)\\. ?" + NAME + " " + NUMBER + "(?: ?m\\. ?\\d{1,4})?",
            "(?u)(?<![\\p{L}\\p{N}])" + WORD + "(?: " + WORD
                    + ")? (?:Cad\\.|Caddesi|Sok\\.|Sokak|Sokağı|Sk\\.|Bulvarı|Mah\\.|Mahallesi),? " + NR + NUMBER);

    /** These only where code and town follow: a "Dichtungsring 58" is no street. */
    private static final List<Pattern> PERHAPS = compiled(
            "(?u)(?<![\\p{L}\\p{N}])(?:" + WORD + "[ -])?" + WORD
                    + "(?:weg|platz|ring|ufer|damm|steig|hof|park|markt|chaussee|dreef|singel|steeg|pad|hof|wijk|tie|katu|gränd|gata|Weg|Platz|Ring|Ufer|Damm) "
                    + NUMBER,
            "(?u)(?<![\\p{L}\\p{N}])" + WORD + " (?:Weg|Platz|Ring|Ufer|Damm|Hof|Markt|Chaussee) " + NUMBER,
            "(?iu)(?<![\\p{L}\\p{N}])" + DE_SMALL + "(?: " + DE_SMALL + ")? (?-i:" + WORD + "(?: " + WORD + ")? )"
                    + NUMBER,
            "(?iu)(?<![\\p{L}\\p{N}])(?:postfach|b\\.?p\\.?|boîte postale|apartado(?: de correos)?|casella postale|postbus|postboks|skr\\. poczt\\.) \\d[\\d ]{0,7}\\d",
            "(?iu)(?<![\\p{L}\\p{N}])(?:rue|avenue|boulevard|chemin|place|route) (?-i:" + NAME + ")");

    private static final String TOWN = "(?-i:(?:(?:Bad|Sankt|St\\.|Den|Los|La|Le|Las|El|San|Santa|Saint|Sint) )?" + WORD
            + "(?: (?:am|an|an der|an den|im|in|bei|ob der|vor der|aan den|aan de|de|del|de la|sur|la|les|en) " + WORD
            + "|(?:[ -](?:[dD]i )?" + WORD + "){0,2}(?=[,;!?)\\n]| \\(|\\.?(?:\\s|$)))?)";
    /** Floor and door, then the code and the town, perhaps with its province. */
    private static final Pattern UNIT = Pattern.compile(
            "(?iu)(?:,? ?(?:\\d{1,2}\\.?[ºª°] ?(?:[a-z]\\b|izda\\.?|dcha\\.?|izq\\.?)?|(?:piso|puerta|apt\\.|esc\\.|bajo|appartamento|piano|int\\.|scala|appt?\\.?|bât\\.?|étage|whg\\.?|top) ?\\w{1,4}))+ ?");

    private static final Pattern TAIL = Pattern.compile("(?u)[, \\n\\r-]{1,3}(?:(?:[A-Z]{1,2}-)?"
            + "(?:\\d{5}|\\d{4} ?[A-Z]{2}|\\d{4}-\\d{3}|\\d{2}-\\d{3}|\\d{3} \\d{2}|\\d{4})[, \\n]{1,2}"
            + TOWN + "(?:,? \\(?[A-Z]{2}\\)?(?![\\p{L}]))?|" + TOWN + ", ?\\d{5}(?!\\d))");

    private static List<Pattern> compiled(String... patterns) {
        return List.of(patterns).stream().map(Pattern::compile).toList();
    }

    @Override
    public List<Match> find(String text) {
        List<Match> found = new ArrayList<>();
        if (text.chars().noneMatch(Character::isDigit)) {
            return found;
        }
        add(text, STREETS, false, found);
        add(text, PERHAPS, true, found);
        return found;
    }

    private static void add(String text, List<Pattern> streets, boolean needsTown, List<Match> found) {
        for (Pattern street : streets) {
            Matcher matcher = street.matcher(text);
            while (matcher.find()) {
                int end = behind(UNIT, text, matcher.end());
                int whole = behind(TAIL, text, end);
                if (!needsTown || whole > end) {
                    found.add(new Match("address", matcher.start(), trimmed(text, whole)));
                }
            }
        }
    }

    private static int behind(Pattern pattern, String text, int from) {
        Matcher matcher = pattern.matcher(text).region(from, text.length());
        return matcher.lookingAt() ? matcher.end() : from;
    }

    /** The full stop of the sentence is no part of a town. */
    private static int trimmed(String text, int end) {
        int at = end;
        while (!Character.isLetterOrDigit(text.charAt(at - 1)) && text.charAt(at - 1) != ')') {
            at--;
        }
        return at;
    }
}
