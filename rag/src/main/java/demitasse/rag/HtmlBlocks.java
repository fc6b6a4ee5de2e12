package demitasse.rag;

import demitasse.rag.Markup.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * The text of an HTML page in blocks: headings, paragraphs, lists with their markers, table rows. What is not text for
 * readers (scripts, navigation, forms, hidden parts) is left out, and no markup comes through.
 */
final class HtmlBlocks {
    private static final Set<String> SKIPPED = Set.of(
            "script",
            "style",
            "noscript",
            "template",
            "nav",
            "footer",
            "aside",
            "form",
            "button",
            "svg",
            "iframe",
            "object",
            "head");

    /** What a page's own attributes hide from its readers; its style sheets are not looked at. */
    private static final Pattern HIDDEN = Pattern.compile(
            "(?i)(?:display:none|visibility:hidden|visibility:collapse|opacity:0(?:\\.0*)?|font-size:0(?:\\.0*)?[a-z%]*)(?:;|!|$)");

    private final List<Block> blocks = new ArrayList<>();
    private final StringBuilder inline = new StringBuilder();

    private final boolean withLists;

    private HtmlBlocks(boolean withLists) {
        this.withLists = withLists;
    }

    static List<Block> of(Element body) {
        body.select("[hidden], [style]").stream()
                .filter(HtmlBlocks::isHidden)
                .toList()
                .forEach(Element::remove);
        return of(body, true);
    }

    private static List<Block> of(Element body, boolean withLists) {
        HtmlBlocks reader = new HtmlBlocks(withLists);
        reader.children(body);
        reader.flush();
        return reader.blocks;
    }

    private static boolean isHidden(Element element) {
        String style = element.attr("style").replaceAll("\\s+|/\\*.*?\\*/", "");
        return element.hasAttr("hidden") || HIDDEN.matcher(style).find();
    }

    private void children(Element element) {
        for (Node child : element.childNodes()) {
            if (child instanceof TextNode text) {
                inline.append(text.getWholeText().replaceAll("\\s+", " "));
            } else if (child instanceof Element inner && !SKIPPED.contains(inner.normalName())) {
                element(inner);
            }
        }
    }

    private void element(Element element) {
        String name = element.normalName();
        switch (name) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> add(name.charAt(1) - '0', element.text());
            case "ul", "ol" -> {
                if (!withLists) {
                    return;
                }
                StringBuilder lines = new StringBuilder();
                list(element, "", lines);
                add(0, lines.toString());
            }
            case "table" -> table(element);
            case "pre" -> add(0, element.wholeText().stripTrailing());
            case "br" -> inline.append('\n');
            case "img" -> inline.append(element.attr("alt"));
            case "a" -> link(element);
            default -> {
                if (element.isBlock()) {
                    flush();
                    children(element);
                    flush();
                } else {
                    children(element);
                }
            }
        }
    }

    /** A link keeps its address where the words alone do not lead there. */
    private void link(Element element) {
        int start = inline.length();
        children(element);
        String address = element.attr("href").replaceFirst("^(?:mailto|tel):", "");
        boolean useful = element.attr("href").matches("(?:https?|mailto|tel):.*");
        if (useful && inline.indexOf(address, start) < 0) {
            inline.append(" (").append(address).append(')');
        }
    }

    private void list(Element list, String indent, StringBuilder lines) {
        boolean ordered = list.normalName().equals("ol");
        int number = ordered && list.attr("start").matches("\\d{1,6}") ? Integer.parseInt(list.attr("start")) : 1;
        for (Element item : list.children()) {
            String marker = ordered ? number++ + ". " : "- ";
            lines.append(lines.isEmpty() ? "" : "\n").append(indent).append(marker);
            lines.append(ownText(item).replace("\n", " "));
            for (Element inner : item.children()) {
                if (inner.normalName().equals("ul") || inner.normalName().equals("ol")) {
                    list(inner, indent + " ".repeat(marker.length()), lines);
                }
            }
        }
    }

    /** A list item's text without the lists inside it. */
    private static String ownText(Element item) {
        return of(item, false).stream()
                .map(Block::text)
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }

    private void table(Element table) {
        List<String> rows = new ArrayList<>();
        for (Element row : table.select("tr")) {
            rows.add("| " + String.join(" | ", row.select("th, td").eachText()) + " |");
        }
        add(0, String.join("\n", rows));
    }

    private void flush() {
        String text = inline.toString()
                .replaceAll(" *\\n *", "\n")
                .replaceAll(" {2,}", " ")
                .strip();
        inline.setLength(0);
        if (!text.isEmpty()) {
            blocks.add(new Block(0, text));
        }
    }

    private void add(int heading, String text) {
        flush();
        if (!text.isBlank()) {
            blocks.add(new Block(heading, text.stripTrailing()));
        }
    }
}
