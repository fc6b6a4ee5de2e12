package demitasse.rag;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into sentences. A list item, a heading and a table row are sentences of their own; lines that only wrap
 * are joined. Rules rather than {@link java.text.BreakIterator}, which cuts after "e.g." and "No." and through
 * list items.
 */
public final class Sentences {
    /** Words whose full stop does not end a sentence when a capital or a digit follows. */
    private static final Set<String> ABBREVIATIONS = Set.of(
            "e.g", "i.e", "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "vs", "approx", "cf", "fig", "dept", "tel",
            "est", "incl", "excl", "max", "min", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
            "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /** A sentence's end: its marks, closing quotes or brackets, then white space. */
    private static final Pattern END =
            Pattern.compile("[.!?\\u2026]+[\"'\\u2019\\u201d)\\]*_]*(?=\\s)|[\\u3002\\uff01\\uff1f]");

    /** A line that starts something new even without a blank line before it. */
    private static final Pattern NEW_BLOCK =
            Pattern.compile("^\\s*(?:[-*+\\u2022]\\s|\\(?\\d{1,3}[.)]\\s|#{1,6}\\s|\\||>|```).*", Pattern.DOTALL);

    private static final Pattern HEADING = Pattern.compile("^\\s*#{1,6}\\s.*", Pattern.DOTALL);

    private static final Pattern LIST_NUMBER = Pattern.compile("\\(?\\d{1,3}[.)]");

    private Sentences() {}

    /** The sentences of a text in order, trimmed, none blank. White space inside is as in the text. */
    public static List<String> split(String text) {
        List<String> sentences = new ArrayList<>();
        for (String block : blocks(text)) {
            splitBlock(block, sentences);
        }
        return sentences;
    }

    /** Paragraphs, headings, list items and table rows, in order, trimmed. */
    static List<String> blocks(String text) {
        List<String> blocks = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : text.lines().toList()) {
            boolean afterHeading = HEADING.matcher(open).matches();
            if (line.isBlank() || afterHeading || NEW_BLOCK.matcher(line).matches()) {
                close(open, blocks);
            }
            if (!line.isBlank()) {
                open.append(open.isEmpty() ? "" : "\n").append(line);
            }
        }
        close(open, blocks);
        return blocks;
    }

    /** Whether a block is a Markdown heading. */
    static boolean isHeading(String block) {
        return HEADING.matcher(block).matches();
    }

    private static void close(StringBuilder open, List<String> blocks) {
        if (!open.isEmpty()) {
            blocks.add(open.toString().strip());
            open.setLength(0);
        }
    }

    private static void splitBlock(String block, List<String> sentences) {
        int start = 0;
        Matcher end = END.matcher(block);
        while (end.find()) {
            if (end.end() < block.length() && endsSentence(block, start, end.start(), end.end())) {
                add(block.substring(start, end.end()), sentences);
                start = end.end();
            }
        }
        add(block.substring(start), sentences);
    }

    private static void add(String sentence, List<String> sentences) {
        String stripped = sentence.strip();
        if (!stripped.isEmpty()) {
            sentences.add(stripped);
        }
    }

    private static boolean endsSentence(String block, int start, int mark, int end) {
        int next = end;
        while (next < block.length() && Character.isWhitespace(block.charAt(next))) {
            next++;
        }
        if (next < block.length() && Character.isLowerCase(block.codePointAt(next))) {
            return false;
        }
        if (block.charAt(mark) != '.') {
            return true;
        }
        String before = block.substring(start, mark).strip();
        if (LIST_NUMBER.matcher(before + ".").matches()) {
            return false;
        }
        String word = before.substring(before.lastIndexOf(' ') + 1).replaceFirst("^[(\\[\"'*_]+", "");
        boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
        return !initial && !ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
    }
}
