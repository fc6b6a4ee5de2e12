package demitasse.rag;

import demitasse.rag.Markup.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    /** Lists that go deeper are not indented any further: the text would become much longer than the page. */
    private static final int MOST_INDENT = 16;

    private final List<Block> blocks = new ArrayList<>();
    private final StringBuilder inline = new StringBuilder();

    /** Where lists are put aside, for those within an item; null where they are blocks. */
    private final List<Element> aside;

    private HtmlBlocks(List<Element> aside) {
        this.aside = aside;
    }

    static List<Block> of(Element body) {
        // Each removal moves the siblings behind it: from the end, there are few.
        body.select("[hidden], [style]").stream()
                .filter(HtmlBlocks::isHidden)
                .toList()
                .reversed()
                .forEach(Element::remove);
        return of(body, null);
    }

    private static List<Block> of(Element body, List<Element> aside) {
        HtmlBlocks reader = new HtmlBlocks(aside);
        reader.children(body);
        reader.flush();
        return reader.blocks;
    }

    private static boolean isHidden(Element element) {
        String style = element.attr("style").replaceAll("(?s)\\s+|/\\*(?:.*?\\*/|.*)", "");
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
                if (aside != null) {
                    aside.add(element);
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
            List<Element> inner = new ArrayList<>();
            String text = of(item, inner).stream().map(Block::text).collect(Collectors.joining(" "));
            lines.append(text.replace("\n", " "));
            String deeper = indent.length() < MOST_INDENT ? indent + " ".repeat(marker.length()) : indent;
            inner.forEach(one -> list(one, deeper, lines));
        }
    }

    /** A table with others in it is no table for readers, but a way to place things. */
    private void table(Element table) {
        if (table.selectFirst("table table") != null) {
            flush();
            children(table);
            flush();
            return;
        }
        List<String> rows = new ArrayList<>();
        for (Element row : table.select("tr")) {
            List<String> cells =
                    row.select("th, td").stream().map(Element::text).toList();
            rows.add(TableText.row(cells));
            if (rows.size() == 1 && !cells.isEmpty() && row.select("td").isEmpty()) {
                rows.add(TableText.rule(cells.size()));
            }
        }
        add(0, String.join("\n", rows));
    }

    private void flush() {
        String text = inline.toString()
                .replaceAll(" {2,}", " ")
                .replaceAll(" ?\\n ?", "\n")
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
