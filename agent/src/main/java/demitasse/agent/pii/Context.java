package demitasse.agent.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words before a number that tell what it is. */
final class Context {
    private static final int WINDOW = 48;
    private static final int NEAR = 24;

    /** Orders, invoices, parcels and the like in other languages. */
    private static final String OTHER_REFERENCES =
            "(?U)\\b(?:bestell\\w*|auftrag\\w*|rechnung\\w*|kunden\\w*|sendung\\w*|paket\\w*"
                    + "|artikel\\w*|vertrag\\w*|gutschein\\w*|vorgang\\w*|konto\\w*|commande|facture|colis|suivi|client[ea]?|dossier|contrat"
                    + "|pedido|factura|env[ií]o|seguimiento|art[ií]culo|cuenta|ordine|fattura|pacco|spedizione|articolo|bestelling|bestelnummer"
                    + "|factuur\\w*|pakket|klant\\w*|rekening\\w*|encomenda|fatura|zam[oó]wieni\\w*|faktur\\w*|paczk\\w*|ordre\\w*"
                    + "|ordernummer|sipariş\\w*|kargo|заказ\\w*|iban|kto)\\b";
    /** Telephones and calling in other languages. */
    private static final String OTHER_PHONES =
            "(?U)\\b(?:telefon\\w*|handy\\w*|mobil\\w*|rufnummer|durchwahl|rückruf\\w*|anruf\\w*|rufen|erreich\\w*"
                    + "|t[ée]l[ée]phone\\w*|t[ée]l|portable|appel\\w*|rappel\\w*|joindre|joignable|tel[eé]fono|m[oó]vil|celular\\w*|ll[aá]m\\w*|localizar"
                    + "|cellulare|chiam\\w*|richiam\\w*|telefoon\\w*|telefoneren|mobiel\\w*|bel|bellen|terugbellen|bereikbaar|telefone|telem[oó]vel|ligu?ar"
                    + "|kom[oó]rk\\w*|zadzwoni\\w*|ring|ringa|tlf|telefonum|ara\\w*|телефон\\w*|позвон\\w*|(?:meine|mijn) nummer|mon numéro|mi número|il mio numero)\\b";

    private static final Pattern REFERENCE = Pattern.compile(
            "(?i)#|\\b(?:order|ordedr|purchase|invoice|bill|policy|tracking|track|reference|ref|ticket|claim|member(?:ship)?"
                    + "|case|serial|imei|isbn|sku|model|part|voucher|coupon|code|batch|confirmation|booking|account|customer|id"
                    + "|parcel|shipment|package|transaction|awb|pin ?code|item|article|ean|upc|gtin|receipt|rma|loyalty|meter|contract|quote"
                    + "|passport|licen[cs]e|barcode)\\b|" + OTHER_REFERENCES);
    /** A whole number between such a word and the one in question: the word belongs to the first. */
    private static final Pattern OTHER_NUMBER = Pattern.compile("\\d{4,}[,;.]?\\s");

    private static final Pattern PHONE_BEHIND = Pattern.compile(
            "(?iU)\\b(?:phone|telephone|mobile|cell|call|ring|text me|sms|whats?app|zurückruf\\w*|anruf\\w*|erreich\\w*|rappel\\w*|joignable|ll[aá]m\\w*|chiam\\w*|richiam\\w*|bellen|terugbellen)\\b");
    private static final Pattern PHONE = Pattern.compile(
            "(?i)\\b(?:phone|telephone|tel|mobile|cell|call|ring|text|sms|whats?app|fax|reach|contact|dial"
                    + "|answering|messages? to|registered|number on my profile|my (?:new |old )?number)\\b|"
                    + OTHER_PHONES);
    private static final Pattern CARD = Pattern.compile(
            "(?i)\\b(?:card|karte|kreditkarte|carte|tarjeta|carta|kaart|creditcard|cart[aã]o|visa|master ?card|amex|american express|discover|cc)\\b");

    /** "card # 4111": the sign belongs to the card. */
    private static final Pattern NUMBER_SIGN = Pattern.compile("(?i)(?:#|no\\.?|num(?:ber)?)[: ]*$");

    private static final Pattern NUMBER_OF = Pattern.compile(
            "(?i)(?:#|\\b(?:order|purchase|invoice|bill|policy|tracking|reference"
                    + "|ref|ticket|claim|case|serial|booking|parcel|shipment|transaction)(?: (?:number|no\\.?|nr\\.?|id))?[: ]) ?$");

    private Context() {}

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
    static boolean isReference(String text, int start) {
        String before = before(text, start, WINDOW);
        int reference = last(REFERENCE, before(text, start, NEAR));
        if (reference < 0 || last(PHONE, before) >= 0) {
            return false;
        }
        String near = before(text, start, NEAR);
        return !OTHER_NUMBER.matcher(near.substring(reference)).find();
    }

    /** True where a word of telephoning stands shortly before. */
    static boolean isPhone(String text, int start) {
        String before = before(text, start, WINDOW);
        int phone = last(PHONE, before);
        return phone >= 0 && phone > last(CARD, before);
    }

    /** True directly after "order", "invoice no." and the like, or a number sign: no house number stands there. */
    static boolean isNumberOf(String text, int start) {
        return NUMBER_OF.matcher(before(text, start, NEAR)).find();
    }

    /** True where a word of telephoning stands shortly behind: "415 555 2671, please ring". */
    static boolean isPhoneBehind(String text, int end) {
        return PHONE_BEHIND
                .matcher(text.substring(end, Math.min(text.length(), end + NEAR)))
                .find();
    }

    static boolean mentionsPhone(String text) {
        return PHONE.matcher(text).find();
    }

    static boolean isCard(String text, int start) {
        String before = NUMBER_SIGN.matcher(before(text, start, WINDOW)).replaceFirst("");
        int card = last(CARD, before);
        return card >= 0 && card > last(REFERENCE, before);
    }

    /** True where the pattern occurs shortly before the offset. */
    static boolean precededBy(Pattern pattern, String text, int start) {
        return pattern.matcher(before(text, start, WINDOW)).find();
    }
}
