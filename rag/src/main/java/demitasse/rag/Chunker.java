package demitasse.rag;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document's content into pieces that an encoder of 256 tokens reads whole. It cuts at headings first, then
 * between paragraphs and list items, then between sentences, and only in a monstrous sentence between words.
 */
final class Chunker {
    /** About 200 tokens: English help text has some 1.3 tokens a word. */
    static final int MAX_WORDS = 150;

    /** A document this short stays whole: cutting it in two would separate what belongs together. */
    static final int WHOLE_WORDS = 180;

    /** A heading starts a new chunk once the open one has this many words. */
    private static final int HEADING_CUT_WORDS = 60;

    private Chunker() {}

    /** At least one chunk, which is empty when the content is blank. */
    static List<String> chunks(String content) {
        String text = content.strip();
        if (words(text) <= WHOLE_WORDS) {
            return List.of(text);
        }
        List<String> chunks = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        int openWords = 0;
        for (String piece : pieces(text)) {
            int pieceWords = words(piece);
            boolean headingCut = Sentences.isHeading(piece) && openWords >= HEADING_CUT_WORDS;
            if (headingCut || (openWords > 0 && openWords + pieceWords > MAX_WORDS)) {
                openWords = cut(open, chunks);
            }
            open.append(open.isEmpty() ? "" : "\n").append(piece);
            openWords += pieceWords;
        }
        if (!open.isEmpty()) {
            chunks.add(open.toString());
        }
        return List.copyOf(chunks);
    }

    /** Closes the open chunk, but a heading at its end moves on to the next one. Returns the words carried over. */
    private static int cut(StringBuilder open, List<String> chunks) {
        int lastLine = open.lastIndexOf("\n");
        String carried = "";
        if (lastLine > 0 && Sentences.isHeading(open.substring(lastLine + 1))) {
            carried = open.substring(lastLine + 1);
            open.setLength(lastLine);
        }
        chunks.add(open.toString());
        open.setLength(0);
        open.append(carried);
        return words(carried);
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        for (String block : Sentences.blocks(text)) {
            if (words(block) <= MAX_WORDS) {
                pieces.add(block);
                continue;
            }
            for (String sentence : Sentences.split(block)) {
                pieces.addAll(wordGroups(sentence));
            }
        }
        return pieces;
    }

    private static List<String> wordGroups(String sentence) {
        if (words(sentence) <= MAX_WORDS) {
            return List.of(sentence);
        }
        List<String> groups = new ArrayList<>();
        String[] words = sentence.split("\\s+");
        for (int i = 0; i < words.length; i += MAX_WORDS) {
            groups.add(String.join(" ", List.of(words).subList(i, Math.min(words.length, i + MAX_WORDS))));
        }
        return groups;
    }

    private static int words(CharSequence text) {
        int words = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = Character.isWhitespace(text.charAt(i));
            words += !space && !inWord ? 1 : 0;
            inWord = !space;
        }
        return words;
    }
}
