package demitasse.rag;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables as Markdown has them, told in words: a row of an encoder's window, a chat bubble or a screen reader says nothing
 * without the heads of its columns. "Shop: Saturday 8 am - 6 pm; Sunday closed".
 */
public final class TableText {
    private static final String ITEM = "- ";
    private static final Pattern ROW = Pattern.compile("\\s*\\|.*\\|\\s*");
    private static final Pattern RULE = Pattern.compile("\\s*\\|(?:\\s*:?-+:?\\s*\\|)+\\s*");
    private static final Pattern CELLS = Pattern.compile("(?<!\\\\)\\|");
    /** Heads that would make a text so much longer are left out: they stand in each row. */
    private static final int MOST_GROWTH = 6;

    private TableText() {}

    /**
     * One table.
     *
     * @param intro the heads of a table of two columns, closed with a colon; else empty
     * @param rows a list item each, on one line, without ends of sentences inside
     */
    private record Told(String intro, List<String> rows) {
        String text() {
            return (intro.isEmpty() ? "" : intro + "\n") + String.join("\n", rows);
        }
    }

    /** A row of a table for Markdown. */
    static String row(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** What stands under the heads in Markdown. */
    static String rule(int columns) {
        return "|" + "---|".repeat(columns);
    }

    /** The text with its tables as lists; without one, the text itself. */
    public static String told(String text) {
        if (text.indexOf('|') < 0) {
            return text;
        }
        List<String> parts = new ArrayList<>();
        for (Object part : parts(text)) {
            parts.add(part instanceof Told table ? table.text() : (String) part);
        }
        return String.join("\n", parts);
    }

    /** The rows of each table as {@link #told} has them. */
    public static List<List<String>> rows(String text) {
        return text.indexOf('|') < 0
                ? List.of()
                : parts(text).stream()
                        .filter(Told.class::isInstance)
                        .map(part -> ((Told) part).rows)
                        .toList();
    }

    /** Lines, and tables in the place of theirs. */
    private static List<Object> parts(String text) {
        List<Object> parts = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (ROW.matcher(line).matches()) {
                open.add(line);
            } else {
                close(open, parts);
                parts.add(line);
            }
        }
        close(open, parts);
        return parts;
    }

    private static void close(List<String> lines, List<Object> parts) {
        if (!lines.isEmpty()) {
            parts.add(table(List.copyOf(lines)));
            lines.clear();
        }
    }

    private static Told table(List<String> lines) {
        boolean headed = lines.size() > 2 && RULE.matcher(lines.get(1)).matches();
        List<String> heads = headed ? cells(lines.getFirst()) : List.of();
        List<List<String>> rows = lines.stream()
                .skip(headed ? 2 : 0)
                .filter(line -> !RULE.matcher(line).matches())
                .map(TableText::cells)
                .filter(cells -> cells.stream().anyMatch(cell -> !cell.isEmpty()))
                .toList();
        boolean pairs = heads.size() == 2;
        int headLength = heads.stream().mapToInt(String::length).sum();
        int length = lines.stream().mapToInt(String::length).sum();
        boolean bearable = headLength * (long) rows.size() <= MOST_GROWTH * (long) length;
        List<String> labels = pairs || !bearable ? List.of() : heads;
        String intro = pairs ? heads.stream().filter(head -> !head.isEmpty()).collect(Collectors.joining(" - ")) : "";
        return new Told(
                intro.isEmpty() ? "" : intro + ":",
                rows.stream().map(cells -> ITEM + told(cells, labels)).toList());
    }

    private static String told(List<String> cells, List<String> labels) {
        List<String> said = new ArrayList<>();
        for (int i = 1; i < cells.size(); i++) {
            String label = i < labels.size() ? labels.get(i) : "";
            if (!cells.get(i).isEmpty()) {
                said.add((label + " " + cells.get(i)).strip());
            }
        }
        String first = cells.getFirst();
        String rest = String.join("; ", said);
        return first.isEmpty() || rest.isEmpty() ? first + rest : first + ": " + rest;
    }

    private static List<String> cells(String line) {
        String inner = line.strip();
        inner = inner.substring(1, Math.max(1, inner.length() - 1));
        return CELLS.splitAsStream(inner)
                .map(cell -> cell.replace("\\|", "|").strip())
                .map(TableText::oneSentence)
                .toList();
    }

    private static String oneSentence(String cell) {
        List<String> sentences = Sentences.split(cell);
        return sentences.size() < 2
                ? cell
                : sentences.stream()
                        .map(sentence -> sentence.replaceFirst("\\.$", ""))
                        .collect(Collectors.joining("; "));
    }
}
