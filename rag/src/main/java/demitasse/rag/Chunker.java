package demitasse.rag;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document's content into pieces that an encoder reads whole. It cuts at headings first, then between
 * paragraphs and list items, then between sentences, and only in a monstrous sentence between words. Tokens are those
 * of {@link TokenEstimate}.
 */
final class Chunker {
    /** A heading starts a new chunk once the open one has this many tokens. */
    private static final int HEADING_CUT_TOKENS = 80;

    /** Left free by the pieces of a chunk, so that a heading fits before any of them. */
    private static final int HEADING_ROOM = 32;

    private final int limit;
    private final List<String> chunks = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private int openTokens;

    private Chunker(int limit) {
        this.limit = limit;
    }

    /**
     * At least one chunk, which is empty when the content is blank. A content that fits stays whole: cutting it in two
     * would separate what belongs together.
     *
     * @param limit the most tokens of a chunk
     */
    static List<String> chunks(String content, int limit) {
        String text = content.strip();
        if (TokenEstimate.of(text) <= limit) {
            return List.of(text);
        }
        Chunker chunker = new Chunker(limit);
        pieces(text, limit - HEADING_ROOM).forEach(chunker::add);
        chunker.chunks.add(chunker.open.toString());
        return List.copyOf(chunker.chunks);
    }

    private void add(String piece) {
        int tokens = TokenEstimate.of(piece);
        if (openTokens >= HEADING_CUT_TOKENS && Sentences.isHeading(piece)) {
            cut();
        }
        while (openTokens > 0 && openTokens + tokens > limit) {
            cut();
        }
        open.append(open.isEmpty() ? "" : "\n").append(piece);
        openTokens += tokens;
    }

    /** Closes the open chunk, but a heading at its end moves on to the next one. */
    private void cut() {
        int lastLine = open.lastIndexOf("\n");
        String carried = "";
        if (lastLine > 0 && Sentences.isHeading(open.substring(lastLine + 1))) {
            carried = open.substring(lastLine + 1);
            open.setLength(lastLine);
        }
        chunks.add(open.toString());
        open.setLength(0);
        open.append(carried);
        openTokens = TokenEstimate.of(carried);
    }

    private static List<String> pieces(String text, int limit) {
        List<String> pieces = new ArrayList<>();
        for (String block : Sentences.blocks(text)) {
            if (TokenEstimate.of(block) <= limit) {
                pieces.add(block);
                continue;
            }
            for (String sentence : Sentences.split(block)) {
                addParts(sentence, limit, pieces);
            }
        }
        return pieces;
    }

    private static void addParts(String sentence, int limit, List<String> pieces) {
        String rest = sentence;
        while (!rest.isEmpty()) {
            int length = TokenEstimate.fitting(rest, limit);
            pieces.add(rest.substring(0, length).stripTrailing());
            rest = rest.substring(length).strip();
        }
    }
}
