package demitasse.rag;

import demitasse.rag.DocumentReader.Input;
import demitasse.rag.DocumentReader.Located;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;

/** Documents written for people: Markdown (by way of HTML, so that both come out alike), HTML, plain text. */
final class Markup {
    /** A piece of text with the level of its heading, 0 for no heading. */
    record Block(int heading, String text) {}

    private static final List<TablesExtension> EXTENSIONS = List.of((TablesExtension) TablesExtension.create());
    /** Quotes and lists within each other; those that go deeper are text. */
    private static final int DEEPEST = 64;

    /** Elements of a page within each other; the parser looks through them at each tag. */
    private static final int DEEPEST_ELEMENT = 128;

    /** Heap for a character at the worst, measured: a page of {@code <p>x}, and a file of {@code *a*}. */
    private static final long HTML_HEAP = 64;

    private static final long MARKDOWN_HEAP = 160;

    private static final Parser MARKDOWN =
            Parser.builder().extensions(EXTENSIONS).maxOpenBlockParsers(DEEPEST).build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().extensions(EXTENSIONS).build();

    /** A header of {@code name: value} lines between lines of three hyphens, as site generators have it. */
    private static final Pattern FRONT_MATTER =
            Pattern.compile("\\A---[ \\t]*\\R(.*?)\\R---[ \\t]*(?:\\R|\\z)", Pattern.DOTALL);

    private static final Pattern FRONT_MATTER_LINE = Pattern.compile("(?m)^(id|title|source):(.*)$");

    /** From this many second-level headings on, a file is a collection and each section a document. */
    private static final int SECTIONS = 2;

    private static final int LONGEST_TITLE_LINE = 120;

    private Markup() {}

    static List<Located> markdown(Input file) {
        HeapRoom.need(file.text().length() * MARKDOWN_HEAP);
        Map<String, String> header = new HashMap<>();
        Matcher front = FRONT_MATTER.matcher(file.text());
        String body = file.text();
        if (front.find()) {
            FRONT_MATTER_LINE
                    .matcher(front.group(1))
                    .results()
                    .forEach(line ->
                            header.put(line.group(1), unquoted(line.group(2).strip())));
            body = body.substring(front.end());
        }
        String html = RENDERER.render(MARKDOWN.parse(body));
        List<Block> blocks = HtmlBlocks.of(parse(html).body());
        return documents(
                blocks,
                header.getOrDefault("id", file.id()),
                header.getOrDefault("title", ""),
                titleOf(file.name()),
                header.getOrDefault("source", file.source()));
    }

    private static org.jsoup.nodes.Document parse(String html) {
        var parser = org.jsoup.parser.Parser.htmlParser();
        parser.setMaxDepth(DEEPEST_ELEMENT);
        return Jsoup.parse(html, "", parser);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && "\"'".indexOf(value.charAt(0)) >= 0
                && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    static List<Located> html(Input file) {
        HeapRoom.need(file.text().length() * HTML_HEAP);
        org.jsoup.nodes.Document page = parse(file.text());
        String pageTitle = page.title().strip();
        List<Block> blocks = HtmlBlocks.of(page.body());
        String otherTitle = pageTitle.isEmpty() ? titleOf(file.name()) : pageTitle;
        return documents(blocks, file.id(), "", otherTitle, file.source());
    }

    static List<Located> text(Input file) {
        String text = file.text().strip();
        if (text.isEmpty()) {
            return List.of();
        }
        String[] parts = text.split("\\R\\s*\\R", 2);
        boolean titled = parts.length == 2
                && parts[0].length() <= LONGEST_TITLE_LINE
                && parts[0].lines().count() == 1;
        String title = titled ? parts[0].strip() : titleOf(file.name());
        String content = titled ? parts[1].strip() : text;
        return List.of(new Located(new Document(file.id(), title, content, file.source()), 0));
    }

    /** "refund-time.md" is about "Refund time". */
    private static String titleOf(String name) {
        String words = name.substring(0, name.lastIndexOf('.'))
                .replaceAll("[-_]+", " ")
                .strip();
        return words.isEmpty() ? name : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static List<Located> documents(
            List<Block> blocks, String id, String ownTitle, String otherTitle, String source) {
        String heading = blocks.stream()
                .filter(block -> block.heading == 1)
                .map(Block::text)
                .findFirst()
                .orElse("");
        String title = ownTitle.isBlank() ? heading : ownTitle;
        boolean collection = blocks.stream().filter(block -> block.heading == 2).count() >= SECTIONS;
        List<Located> documents = new ArrayList<>();
        Map<String, Integer> slugs = new HashMap<>();
        String openId = id;
        String openTitle = title.isBlank() ? otherTitle : title;
        StringBuilder open = new StringBuilder();
        boolean titleSeen = false;
        for (Block block : blocks) {
            if (block.heading == 1 && !titleSeen) {
                titleSeen = true;
            } else if (block.heading == 2 && collection) {
                add(openId, openTitle, open, source, documents);
                openId = id + "#" + slug(block.text, slugs);
                openTitle = title.isBlank() ? block.text : title + ": " + block.text;
            } else {
                open.append(open.isEmpty() ? "" : "\n\n");
                open.append(block.heading == 0 ? "" : "#".repeat(block.heading) + " ")
                        .append(block.text);
            }
        }
        add(openId, openTitle, open, source, documents);
        return documents;
    }

    private static void add(String id, String title, StringBuilder open, String source, List<Located> documents) {
        String content = open.toString().strip();
        open.setLength(0);
        if (!content.isEmpty()) {
            documents.add(new Located(new Document(id, title, content, source), 0));
        }
    }

    private static String slug(String heading, Map<String, Integer> slugs) {
        String slug = String.join("-", Terms.words(heading));
        int count = slugs.merge(slug, 1, Integer::sum);
        return count == 1 ? slug : slug + "-" + count;
    }
}
