package demitasse.agent;

import demitasse.rag.Hit;
import demitasse.rag.Question;
import demitasse.rag.Sentence;
import demitasse.rag.TableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers in the documents' own words: the best document whole when it is short, else the sentences around the best
 * match; and the next documents where they are about as good.
 */
final class Answers {
    /** Of one document; the longest that is still read in a chat window. */
    static final int MAX_CHARS = 400;
    /** Where the customer wishes for short answers, and then of one document only. */
    private static final int MAX_BRIEF_CHARS = 160;
    /** Of all documents together. */
    private static final int MAX_TOTAL = 560;
    /** Of each document after the best one: what it says to the question, not all of it. */
    private static final int MAX_CHARS_OF_OTHERS = 200;
    /** Log-odds this near to the best say that another document may be the one that was meant. */
    private static final double CLOSE = 2.5;

    private static final Pattern ITEM = Pattern.compile("(?s)\\s*(?:[-*+•]|\\(?\\d{1,3}[.)])\\s.*|\\s*\\|.*");
    /** "You need:", "please": it goes on with the list. */
    private static final Pattern OPEN_END = Pattern.compile("[^.!?…)\"'”’*_]$");

    private static final Pattern ITEM_MARK = Pattern.compile("(?m)^- ");
    private static final Pattern PARAGRAPH = Pattern.compile("\\n\\s*\\n|^$");
    private static final Pattern HEADING = Pattern.compile("(?s)\\s*#{1,6}\\s.*");
    private static final Pattern HEADING_LINE = Pattern.compile("(?m)^[ \\t]*#{1,6}[ \\t]+(.*\\S)[ \\t]*$");

    private final Function<String, List<Sentence>> sentences;

    /**
     * @param score how near the piece is to the question
     * @param list whether it ends in a list, which ends a line
     * @param section which of the parts between headings it is of
     */
    private record Piece(String text, double score, boolean list, int section) {}

    /** @param sentences of a document by its id, in order */
    Answers(Function<String, List<Sentence>> sentences) {
        this.sentences = sentences;
    }

    /** The answer's text from the best hits, best first. */
    String extract(List<Hit> hits, Question question, boolean brief) {
        return brief ? passage(hits.getFirst(), question, MAX_BRIEF_CHARS) : extract(hits, question);
    }

    /** The same at full length. */
    String extract(List<Hit> hits, Question question) {
        double least = Answerability.evidence(hits) - CLOSE;
        List<String> parts = new ArrayList<>();
        int room = MAX_TOTAL;
        for (Hit hit : hits) {
            String part = Answerability.evidence(hit) < least
                    ? ""
                    : passage(hit, question, Math.min(room, parts.isEmpty() ? MAX_CHARS : MAX_CHARS_OF_OTHERS));
            // The best document's answer is given even where it is a long list.
            boolean fits = parts.isEmpty() || part.length() <= room;
            if (!part.isEmpty() && fits && !parts.contains(part)) {
                parts.add(part);
                room -= part.length();
            }
        }
        return String.join("\n\n", parts);
    }

    private String passage(Hit hit, Question question, int limit) {
        String content = TableText.told(hit.document().content()).strip();
        if (content.isEmpty()) {
            return hit.document().title();
        }
        if (content.length() <= limit) {
            return withPlainHeadings(content);
        }
        Set<String> left =
                TableRows.besidesTheQuestion(TableText.rows(hit.document().content()), question.text());
        List<Sentence> told = sentences.apply(hit.document().id()).stream()
                .filter(sentence -> !left.contains(sentence.text().strip()))
                .toList();
        String text = around(pieces(content, told, question.vector()), limit);
        boolean oneRow = ITEM_MARK.matcher(text).results().count() == 1 && !left.isEmpty();
        return oneRow ? ITEM_MARK.matcher(text).replaceFirst("") : text;
    }

    private static String withPlainHeadings(String content) {
        return HEADING_LINE
                .matcher(content)
                .replaceAll(heading -> Matcher.quoteReplacement(introduction(heading.group(1))));
    }

    private static String introduction(String heading) {
        return heading.matches("(?s).*\\p{Punct}") ? heading : heading + ":";
    }

    /**
     * Sentences, but a list is one piece together with the line that introduces it: half a list misleads. Where a heading
     * introduces it, that is the heading.
     */
    private static List<Piece> pieces(String content, List<Sentence> sentences, float[] question) {
        List<Piece> pieces = new ArrayList<>();
        int end = 0;
        int section = 0;
        Sentence heading = null;
        for (Sentence sentence : sentences) {
            String text = sentence.text().strip();
            int start = content.indexOf(text, end);
            // A sentence may go on with the item before it: "1. Open the lid. It clicks."
            boolean goesOn = start >= 0
                    && !PARAGRAPH.matcher(content.substring(end, start)).find();
            end = start < 0 ? end : start + text.length();
            if (HEADING.matcher(text).matches()) {
                section++;
                heading = sentence;
                continue;
            }
            boolean item = ITEM.matcher(text).matches();
            if (heading != null && item) {
                String words = HEADING_LINE.matcher(heading.text().strip()).replaceAll("$1");
                pieces.add(new Piece(introduction(words), Vectors.dot(question, heading.vector()), false, section));
            }
            heading = null;
            add(new Piece(text, Vectors.dot(question, sentence.vector()), item, section), goesOn, pieces);
        }
        return pieces;
    }

    private static void add(Piece piece, boolean goesOn, List<Piece> pieces) {
        Piece last = pieces.isEmpty() || pieces.getLast().section != piece.section ? null : pieces.getLast();
        boolean item = piece.list
                && last != null
                && (last.list || OPEN_END.matcher(last.text).find());
        boolean restOfItem = !piece.list && goesOn && last != null && last.list;
        if (item || restOfItem) {
            pieces.removeLast();
            String joined = last.text + (item ? "\n" : " ") + piece.text;
            pieces.add(new Piece(joined, Math.max(last.score, piece.score), true, piece.section));
        } else {
            pieces.add(piece);
        }
    }

    /**
     * The best piece, grown by its neighbours, the better one first, until the next would not fit. What stands under
     * another heading is about something else.
     */
    private static String around(List<Piece> all, int limit) {
        if (all.isEmpty()) {
            return "";
        }
        int best = 0;
        for (int i = 1; i < all.size(); i++) {
            best = all.get(i).score > all.get(best).score ? i : best;
        }
        int from = best;
        int to = best + 1;
        int length = all.get(best).text.length();
        while (true) {
            boolean before = from > 0 && fits(all, from - 1, best, limit - length);
            boolean after = to < all.size() && fits(all, to, best, limit - length);
            if (after && (!before || all.get(to).score >= all.get(from - 1).score)) {
                length += 1 + all.get(to++).text.length();
            } else if (before) {
                length += 1 + all.get(--from).text.length();
            } else {
                return join(all.subList(from, to));
            }
        }
    }

    private static boolean fits(List<Piece> all, int index, int best, int room) {
        Piece piece = all.get(index);
        return piece.section == all.get(best).section && piece.text.length() < room;
    }

    private static String join(List<Piece> pieces) {
        StringBuilder text = new StringBuilder();
        boolean lineEnds = false;
        for (Piece piece : pieces) {
            text.append(text.isEmpty() ? "" : lineEnds || piece.list ? "\n" : " ")
                    .append(piece.text);
            lineEnds = piece.list;
        }
        return text.toString();
    }
}
