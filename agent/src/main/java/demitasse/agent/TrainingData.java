package demitasse.agent;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Labelled texts from the evaluation folder (its README describes the files). */
final class TrainingData {
    /** @param core false for rows whose label is debatable: they teach, but do not judge */
    record Text(String text, String label, String source, boolean core, Set<String> acceptable) {
        /** The same where all made-up shops are one source. */
        Text ofOneShop() {
            return isShop(source) ? new Text(text, label, SHOPS, core, acceptable) : this;
        }
    }

    /** Labels under which a customer may or may not be a victim. */
    private static final Set<String> BANKING_UNCLEAR = Set.of(
            "lost_or_stolen_card",
            "lost_or_stolen_phone",
            "card_payment_not_recognised",
            "cash_withdrawal_not_recognised",
            "direct_debit_payment_not_recognised",
            "transaction_charged_twice");

    private static final int BANKING_STEP = 4;
    /** Every n-th off-topic text is enough for the reader. */
    private static final int OFF_TOPIC_STEP = 2;

    private static final List<String> RETRIEVAL =
            List.of("msfaq_question2answer", "stackfaq", "rhobank_title2body", "dstc11_hotel");
    /** The source of our own texts. */
    static final String OWN = "own";
    /** Begins the source of texts of a made-up shop. */
    static final String SHOP = "shop ";
    /** All made-up shops together. */
    static final String SHOPS = "made-up shops";

    private static final String INTENT_SEED = "intent ";
    private static final String OUTSIDE_SEED = "outside";
    /** CLINC's label of texts that are about anything. */
    private static final String CLINC_OTHER = "oos";

    private static final CsvMapper CSV = new CsvMapper();
    /** CLINC's labels of small talk or of shops; all others are off topic for a shop. */
    private static final Set<String> CLINC_NOT_OFF_TOPIC = Set.of("small_talk", "banking", "credit_cards", "meta");

    private static final Set<String> CLINC_SHOP = Set.of("order_status", "order", "cancel");
    private static final Set<String> HINT3_ABOUT_CALL_CENTRE = Set.of("CALL_CENTER", "CONSULT_START", "USER_GOAL_FORM");

    private TrainingData() {}

    /** Whether a source is a made-up shop. */
    static boolean isShop(String source) {
        return source.startsWith(SHOP);
    }

    /** The union of all sources under the eight intents; of the made-up shops the messages that somebody labelled so. */
    static List<Text> intents(Path evaluation, List<TrainingShop> shops) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Map<String, String> row : rows(evaluation.resolve("intents/intent8_shared.csv"))) {
            texts.add(new Text(
                    row.get("text"),
                    row.get("intent8"),
                    row.get("source"),
                    "1".equals(row.get("core")),
                    Set.of(row.get("acceptable").split("\\|"))));
        }
        texts.addAll(seeds(true));
        for (TrainingShop shop : shops) {
            shop.messages().stream()
                    .filter(m -> !m.intent().isEmpty())
                    .map(m -> intent(m, shop))
                    .forEach(texts::add);
        }
        return texts;
    }

    /** The same texts, and off-topic and self-harm ones, under the labels of {@link Signals}. */
    static List<Text> signals(Path evaluation, List<TrainingShop> shops) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Map<String, String> row : rows(evaluation.resolve("intents/intent8_shared.csv"))) {
            String label = signal(row.get("intent8"), row.get("source_label"));
            boolean ownFile = row.get("source").equals("banking77");
            if (label != null && !ownFile) {
                texts.add(text(row.get("text"), label, row.get("source")));
            }
        }
        int questions = 0;
        for (Map<String, String> row : rows(evaluation.resolve("intents/banking77_train.csv"))) {
            String label = row.get("label");
            if (label.equals("compromised_card")) {
                texts.add(text(row.get("text"), Escalation.Reason.FRAUD.label(), "banking77"));
            } else if (!BANKING_UNCLEAR.contains(label) && questions++ % BANKING_STEP == 0) {
                texts.add(text(row.get("text"), Signals.QUESTION, "banking77"));
            }
        }
        for (Map<String, String> row : clincOffTopic(evaluation)) {
            texts.add(text(row.get("text"), Signals.OFF_TOPIC, "clinc150"));
        }
        for (Map<String, String> row : rows(evaluation.resolve("intents/ms_chitchat.csv"))) {
            if (row.get("group").equals("crisis")) {
                texts.add(text(row.get("text"), Escalation.Reason.SELF_HARM.label(), "ms_chitchat"));
            }
        }
        texts.addAll(seeds(false));
        for (TrainingShop shop : shops) {
            shop.messages().stream()
                    .map(m -> text(m.text(), signal(m), SHOP + shop.name()))
                    .forEach(texts::add);
        }
        return texts;
    }

    /** Our own texts: for the intents, or for the signals. */
    private static List<Text> seeds(boolean forIntents) {
        return SeedTexts.all().stream()
                .filter(seed -> seed.label().startsWith(INTENT_SEED) == forIntents)
                .filter(seed -> !seed.label().equals(OUTSIDE_SEED))
                .map(seed -> text(
                        seed.text(), forIntents ? seed.label().substring(INTENT_SEED.length()) : seed.label(), OWN))
                .distinct()
                .toList();
    }

    /**
     * Questions that documents of shops do not answer, under labels of which each is one subject: our own one by one, public
     * ones by the label of their source.
     */
    static List<Text> outside(Path evaluation) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Map<String, String> row : clincOffTopic(evaluation)) {
            String label = row.get("label").equals(CLINC_OTHER) ? row.get("text") : row.get("label");
            texts.add(text(row.get("text"), "clinc150 " + label, "clinc150"));
        }
        SeedTexts.all().stream()
                .filter(seed -> seed.label().equals(OUTSIDE_SEED))
                .forEach(seed -> texts.add(text(seed.text(), OWN + " " + seed.text(), OWN)));
        return texts;
    }

    private static List<Map<String, String>> clincOffTopic(Path evaluation) throws IOException {
        return rows(evaluation.resolve("intents/clinc150_val.csv")).stream()
                .filter(row -> !CLINC_NOT_OFF_TOPIC.contains(row.get("domain")))
                .filter(row -> !CLINC_SHOP.contains(row.get("label")))
                .toList();
    }

    /** Questions that no shop of the evaluation answers. */
    static List<Text> offTopic(Path evaluation) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Map<String, String> row : rows(evaluation.resolve("intents/oos_shared.csv"))) {
            if (!row.get("kind").equals("in_domain_unsupported")) {
                texts.add(text(row.get("text"), Signals.OFF_TOPIC, row.get("source")));
            }
        }
        return texts;
    }

    /** Knowledge bases to train the reader on: made-up shops and what the evaluation folder has, each with off-topic questions. */
    static List<TrainingShop> shops(Path evaluation, Path madeUp) throws IOException {
        List<TrainingShop> shops = new ArrayList<>(TrainingShop.practice(evaluation, RETRIEVAL));
        shops.addAll(TrainingShop.readAllWithCommonplace(madeUp));
        List<String> offTopic = offTopic(evaluation).stream().map(Text::text).toList();
        List<String> sets = shops.stream().map(TrainingShop::set).distinct().toList();
        int step = sets.size() * OFF_TOPIC_STEP;
        // To a part of a set, each of which is small, they would be most of it.
        return shops.stream()
                .map(shop -> shop.isWhole() ? shop.with(every(step, sets.indexOf(shop.set()), offTopic)) : shop)
                .toList();
    }

    private static List<String> every(int step, int first, List<String> texts) {
        return IntStream.iterate(first, i -> i < texts.size(), i -> i + step)
                .mapToObj(texts::get)
                .toList();
    }

    /** A labelled message of a made-up shop. */
    static Text intent(TrainingShop.Message message, TrainingShop shop) {
        return text(message.text(), message.intent(), SHOP + shop.name());
    }

    private static Text text(String text, String label, String source) {
        return new Text(text, label, source, true, Set.of());
    }

    private static String signal(TrainingShop.Message message) {
        return switch (message.kind()) {
            case "asks_human" -> Escalation.Reason.ASKED.label();
            case "legal_threat" -> Escalation.Reason.LEGAL.label();
            case "crisis" -> Escalation.Reason.SELF_HARM.label();
            case TrainingShop.OUT_OF_DOMAIN -> Signals.OFF_TOPIC;
            case "complaint", "fraud", "safety" -> message.kind();
            default -> message.behavior().equals(TrainingShop.CHITCHAT) ? Signals.SMALL_TALK : Signals.QUESTION;
        };
    }

    /** Null where the label of the source says nothing about whether a person is needed. */
    private static String signal(String intent, String sourceLabel) {
        return switch (sourceLabel) {
            case "contact_human_agent", "contact_customer_service", "CHAT_WITH_AGENT" ->
                Escalation.Reason.ASKED.label();
            case "complaint" -> Escalation.Reason.COMPLAINT.label();
            case "report_fraud" -> Escalation.Reason.FRAUD.label();
            case "crisis" -> null; // taken from its own file, where there are more
            default -> {
                if (intent.equals(Intent.CHITCHAT.label())) {
                    yield Signals.SMALL_TALK;
                }
                boolean unclear =
                        intent.equals(Intent.ESCALATE.label()) || HINT3_ABOUT_CALL_CENTRE.contains(sourceLabel);
                yield unclear ? null : Signals.QUESTION;
            }
        };
    }

    private static List<Map<String, String>> rows(Path file) throws IOException {
        CsvSchema header = CsvSchema.emptySchema().withHeader();
        try (MappingIterator<Map<String, String>> rows =
                CSV.readerForMapOf(String.class).with(header).readValues(file.toFile())) {
            return rows.readAll();
        }
    }
}
