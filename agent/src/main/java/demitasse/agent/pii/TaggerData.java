package demitasse.agent.pii;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import demitasse.agent.pii.LabelledText.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Texts for the tagger: annotated ones of the evaluation folder, questions without personal data, and made-up ones. */
final class TaggerData {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CsvMapper CSV = new CsvMapper();
    /** Types that belong to an address when they follow one. */
    private static final Set<String> ADDRESS_PARTS = Set.of("address", "location", "zip");

    private static final Set<String> OTHERS = Set.of("location", "organization");
    private static final int MAX_ADDRESS_GAP = 5;
    private static final int MADE_OF_CONVERSATION = 40;
    private static final int MADE_OF_NOTHING = 20;
    private static final int QUESTIONS = 9000;

    private static final int SHORTEST_SENTENCE = 20;

    private TaggerData() {}

    /** One row of {@code pii/}: the text and its annotations as they stand, and in the tagger's terms. */
    record Row(String text, List<PiiSpan> spans, LabelledText labelled) {
        PiiText judged(PiiFilter filter) {
            return new PiiText(text, spans, filter.redact(text).spans());
        }
    }

    /** @param file such as natcs, in {@code pii/} of the folder */
    static List<Row> rows(Path evaluation, String file) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(evaluation.resolve("pii").resolve(file + ".jsonl"))) {
            JsonNode row = JSON.readTree(line);
            String group = row.get("group").asText();
            // Dialogues have no templates.
            String template = file + (file.equals("natcs") ? row.get("id").asText() : group);
            String text = row.get("text").asText();
            List<PiiSpan> spans = spans(row);
            rows.add(new Row(text, spans, new LabelledText(file, template, pieces(text, spans))));
        }
        return rows;
    }

    static List<PiiSpan> spans(JsonNode row) {
        List<PiiSpan> spans = new ArrayList<>();
        for (JsonNode span : row.get("spans")) {
            spans.add(new PiiSpan(
                    span.get("type").asText(),
                    span.get("start").asInt(),
                    span.get("end").asInt()));
        }
        return spans;
    }

    private static List<Piece> pieces(String text, List<PiiSpan> spans) {
        record Span(String type, int start, int end) {}
        List<Span> merged = new ArrayList<>();
        for (PiiSpan span : spans) {
            String type = span.type();
            int start = text.offsetByCodePoints(0, span.start());
            int end = text.offsetByCodePoints(0, span.end());
            Span last = merged.isEmpty() ? null : merged.getLast();
            boolean continues = last != null
                    && ADDRESS_PARTS.contains(type)
                    && ADDRESS_PARTS.contains(last.type)
                    && (type.equals("address") || last.type.equals("address"))
                    && isGap(text, last.end, start);
            if (continues) {
                merged.set(merged.size() - 1, new Span("address", last.start, end));
            } else if (last == null || start >= last.end) {
                merged.add(new Span(type, start, end));
            }
        }
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        for (Span span : merged) {
            pieces.add(new Piece(Piece.NONE, text.substring(from, span.start)));
            String type = OTHERS.contains(span.type) ? Piece.OTHER : span.type;
            boolean taught = Set.of(Piece.NAME, Piece.ADDRESS, Piece.OTHER).contains(type);
            pieces.add(new Piece(taught ? type : Piece.NONE, text.substring(span.start, span.end)));
            from = span.end;
        }
        pieces.add(new Piece(Piece.NONE, text.substring(from)));
        return pieces;
    }

    private static boolean isGap(String text, int from, int to) {
        return to - from <= MAX_ADDRESS_GAP && text.substring(from, to).chars().noneMatch(Character::isLetterOrDigit);
    }

    /** Questions of customers in which, as far as the lists know, nobody is named. */
    static List<String> questions(Path evaluation) throws IOException {
        Set<String> texts = new LinkedHashSet<>();
        for (String file : List.of("banking77_train", "clinc150_train", "natcs_insurance")) {
            Path path = evaluation.resolve("intents").resolve(file + ".csv");
            try (MappingIterator<Map<String, String>> rows = CSV.readerForMapOf(String.class)
                    .with(CsvSchema.emptySchema().withHeader())
                    .readValues(path.toFile())) {
                rows.forEachRemaining(row -> texts.add(row.get("text").strip()));
            }
        }
        for (String file : List.of("natcs", "negatives")) {
            rows(evaluation, file).forEach(row -> texts.remove(row.text().strip()));
        }
        return texts.stream().filter(text -> !mayNameSomebody(text)).toList();
    }

    /** Sentences of documents and speeches, with the same care. */
    static List<String> sentences(Path evaluation) throws IOException {
        List<String> sentences = new ArrayList<>();
        for (String file : List.of("support_rhobank", "inaugural_1933on")) {
            String text = Files.readString(evaluation.resolve("lmtext").resolve(file + ".txt"));
            for (String sentence : text.split("(?<=[.!?:])\\s+|\n+")) {
                if (sentence.length() >= SHORTEST_SENTENCE && !mayNameSomebody(sentence)) {
                    sentences.add(sentence.strip());
                }
            }
        }
        return sentences;
    }

    private static boolean mayNameSomebody(String text) {
        for (String word : Tokens.of(text, List.of()).word()) {
            int flags = Lexicon.bundled().flags(word);
            if ((flags & Lexicon.GIVEN) != 0 && (flags & (Lexicon.COMMON | Lexicon.ENGLISH)) == 0) {
                return true;
            }
        }
        return text.chars().filter(Character::isDigit).count() > 4;
    }

    static TextGrammar grammar(Collection<String> questions, Random random) {
        TextGrammar grammar = new TextGrammar(Lexicon.lines("tagger-grammar.txt"), random);
        grammar.addLists("given", Lexicon.lists("given-names.txt"));
        grammar.addLists("surname", Lexicon.lists("surnames.txt"));
        grammar.addLists("place", Lexicon.lists("places.txt"));
        grammar.addLists("street", Lexicon.lists("streets.txt"));
        for (String list : List.of("common-words.txt", "dictionary.txt")) {
            for (String line : Lexicon.lines(list)) {
                for (String word : line.split(" ")) {
                    grammar.add("word", word);
                    grammar.add("cword", LabelledText.capitalised(word));
                }
            }
        }
        questions.stream().filter(q -> q.matches("[^{}<>~^@\\\\]*")).forEach(q -> grammar.add("query", q));
        return grammar;
    }

    /** Texts from templates and lists of our own, and questions as they are. */
    static List<LabelledText> made(List<String> questions, List<String> sentences, TextGrammar grammar, Random random) {
        List<LabelledText> texts = new ArrayList<>();
        Map<String, Integer> times =
                Map.of("talk", MADE_OF_CONVERSATION, "prose", MADE_OF_CONVERSATION, "none", MADE_OF_NOTHING);
        for (String key : List.of("talk", "prose", "none")) {
            for (int i = 0; i < grammar.alternatives(key); i++) {
                for (int n = 0; n < times.get(key); n++) {
                    texts.add(varied(grammar.text("made", key, i), random));
                }
            }
        }
        for (int i = 0; i < QUESTIONS; i++) {
            texts.add(varied(plain(questions.get(random.nextInt(questions.size()))), random));
        }
        sentences.forEach(sentence -> texts.add(plain(sentence)));
        return texts;
    }

    private static LabelledText plain(String text) {
        return new LabelledText("plain", "plain", List.of(new Piece(Piece.NONE, text)));
    }

    /** The same text about other people and places. */
    static LabelledText refilled(LabelledText text, TextGrammar grammar, Random random) {
        List<Piece> pieces = text.pieces().stream()
                .map(piece -> switch (piece.type()) {
                    case Piece.NAME -> grammar.piece(piece.text().contains(" ") ? "name" : "person");
                    case Piece.ADDRESS -> grammar.piece(random.nextInt(3) == 0 ? "street" : "address");
                    default -> piece;
                })
                .toList();
        return varied(new LabelledText(text.source(), text.group(), pieces), random);
    }

    private static LabelledText varied(LabelledText text, Random random) {
        LabelledText varied = random.nextInt(10) == 0 ? text.unpunctuated() : text;
        varied = random.nextInt(6) == 0 ? varied.mistyped(random) : varied;
        int letters = random.nextInt(25);
        return letters == 0 ? varied.titleCased() : letters < 7 ? varied.lowerCased() : varied;
    }
}
