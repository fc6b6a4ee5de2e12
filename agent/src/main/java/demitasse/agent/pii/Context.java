package demitasse.agent.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words around a number that tell what it is, in English or in other languages too. Immutable. */
final class Context {
    private static final int WINDOW = 48;
    private static final int NEAR = 24;

    private static final String REFERENCES =
            "(?i)#|\\b(?:order|ordedr|purchase|invoice|bill|policy|tracking|track|reference|ref|ticket|claim|member(?:ship)?"
                    + "|case|serial|imei|isbn|sku|model|part|voucher|coupon|code|batch|confirmation|booking|account|customer|id"
                    + "|parcel|shipment|package|transaction|awb|pin ?code|item|article|ean|upc|gtin|receipt|rma|loyalty|meter|contract|quote"
                    + "|passport|licen[cs]e|barcode)\\b";
    private static final String PHONES =
            "(?i)\\b(?:phone|telephone|tel|mobile|cell|call|ring|text|sms|whats?app|fax|reach|contact|dial"
                    + "|answering|messages? to|registered|number on my profile|my (?:new |old )?number)\\b";
    private static final String PHONES_BEHIND =
            "(?i)\\b(?:phone|telephone|mobile|cell|call|ring|text me|sms|whats?app)\\b";
    private static final String CARDS = "(?i)\\b(?:card|visa|master ?card|amex|american express|discover|cc)\\b";

    static final Context ENGLISH = new Context(REFERENCES, PHONES, PHONES_BEHIND, CARDS);

    /** For other languages, whose customers use some English words too. */
    static final Context OTHER = new Context(
            REFERENCES
                    + "|(?U)\\b(?:bestell\\w*|auftrag\\w*|rechnung\\w*|kunden\\w*|sendung\\w*|paket\\w*|artikel\\w*|vertrag\\w*|gutschein\\w*"
                    + "|vorgang\\w*|konto\\w*|kto|commande|facture|colis|suivi|client[ea]?|dossier|contrat|pedido|factura|env[ií]o|seguimiento"
                    + "|art[ií]culo|cuenta|ordine|fattura|pacco|spedizione|articolo|bestelling|bestelnummer|factuur\\w*|pakket|klant\\w*"
                    + "|rekening\\w*|encomenda|fatura|zam[oó]wieni\\w*|faktur\\w*|paczk\\w*|ordre\\w*|ordernummer|sipariş\\w*|kargo|заказ\\w*|iban)\\b",
            PHONES
                    + "|(?U)\\b(?:telefon\\w*|handy\\w*|mobil\\w*|rufnummer|durchwahl|rückruf\\w*|anruf\\w*|rufen|erreich\\w*|t[ée]l[ée]phone\\w*"
                    + "|t[ée]l|portable|appel\\w*|rappel\\w*|joindre|joignable|tel[eé]fono|m[oó]vil|celular\\w*|ll[aá]m\\w*|localizar|cellulare"
                    + "|chiam\\w*|richiam\\w*|telefoon\\w*|telefoneren|mobiel\\w*|bel|bellen|terugbellen|bereikbaar|telefone|telem[oó]vel|ligu?ar"
                    + "|kom[oó]rk\\w*|zadzwoni\\w*|ringa|tlf|ara\\w*|телефон\\w*|позвон\\w*|(?:meine|mijn) nummer|mon numéro|mi número|il mio numero)\\b",
            PHONES_BEHIND
                    + "|(?U)\\b(?:zurückruf\\w*|anruf\\w*|erreich\\w*|rappel\\w*|joignable|ll[aá]m\\w*|chiam\\w*|richiam\\w*|bellen|terugbellen)\\b",
            CARDS + "|(?U)\\b(?:karte|kreditkarte|carte|tarjeta|carta|kaart|creditcard|cart[aã]o)\\b");

    /** A whole number between such a word and the one in question: the word belongs to the first. */
    private static final Pattern OTHER_NUMBER = Pattern.compile("\\d{4,}[,;.]?\\s");

    /** "card # 4111": the sign belongs to the card. */
    private static final Pattern NUMBER_SIGN = Pattern.compile("(?i)(?:#|no\\.?|num(?:ber)?)[: ]*$");

    private static final Pattern NUMBER_OF = Pattern.compile(
            "(?i)(?:#|\\b(?:order|purchase|invoice|bill|policy|tracking|reference"
                    + "|ref|ticket|claim|case|serial|booking|parcel|shipment|transaction)(?: (?:number|no\\.?|nr\\.?|id))?[: ]) ?$");

    private final Pattern reference;
    private final Pattern phone;
    private final Pattern phoneBehind;
    private final Pattern card;

    private Context(String references, String phones, String phonesBehind, String cards) {
        reference = Pattern.compile(references);
        phone = Pattern.compile(phones);
        phoneBehind = Pattern.compile(phonesBehind);
        card = Pattern.compile(cards);
    }

    private static String before(String text, int start, int window) {
        return text.substring(Math.max(0, start - window), start);
    }

    private static int last(Pattern pattern, String text) {
        int at = -1;
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            at = matcher.start();
        }
        return at;
    }

    /** True where the nearest telling word says order, invoice, account and the like, and not phone. */
    boolean isReference(String text, int start) {
        String before = before(text, start, WINDOW);
        int at = last(reference, before(text, start, NEAR));
        if (at < 0 || last(phone, before) >= 0) {
            return false;
        }
        String near = before(text, start, NEAR);
        return !OTHER_NUMBER.matcher(near.substring(at)).find();
    }

    /** True where a word of telephoning stands shortly before. */
    boolean isPhone(String text, int start) {
        String before = before(text, start, WINDOW);
        int at = last(phone, before);
        return at >= 0 && at > last(card, before);
    }

    /** True directly after "order", "invoice no." and the like, or a number sign: no house number stands there. */
    static boolean isNumberOf(String text, int start) {
        return NUMBER_OF.matcher(before(text, start, NEAR)).find();
    }

    /** True where a word of telephoning stands shortly behind: "415 555 2671, please ring". */
    boolean isPhoneBehind(String text, int end) {
        return phoneBehind
                .matcher(text.substring(end, Math.min(text.length(), end + NEAR)))
                .find();
    }

    boolean mentionsPhone(String text) {
        return phone.matcher(text).find();
    }

    boolean isCard(String text, int start) {
        String before = NUMBER_SIGN.matcher(before(text, start, WINDOW)).replaceFirst("");
        int at = last(card, before);
        return at >= 0 && at > last(reference, before);
    }

    /** True where the pattern occurs shortly before the offset. */
    static boolean precededBy(Pattern pattern, String text, int start) {
        return pattern.matcher(before(text, start, WINDOW)).find();
    }
}
