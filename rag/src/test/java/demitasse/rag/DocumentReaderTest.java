package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentReaderTest {
    private static final int DEEP = 5_000;
    private static final int LONG = 1 << 19;

    @TempDir
    private Path folder;

    @Test
    void markdownKeepsListsAndTablesAndJoinsWrappedLines() throws IOException {
        write("faq/refund-time.md", """
                # When do I get my money?

                A refund takes **5 to 7**
                business days. See [our site](https://kettle.example/refunds).

                1. Open *My orders*.
                2. Press Refund.
                   - or call us

                | Card | Days |
                |------|------|
                | Visa | 5 |
                """);
        assertEquals(
                List.of(new Document("faq/refund-time", "When do I get my money?", """
                        A refund takes 5 to 7 business days. See our site (https://kettle.example/refunds).

                        1. Open My orders.
                        2. Press Refund.
                           - or call us

                        | Card | Days |
                        |---|---|
                        | Visa | 5 |""", "faq")),
                DocumentReader.read(folder));
    }

    @Test
    void aFileOfSectionsGivesADocumentEach() throws IOException {
        write("shop.md", """
                # Returns

                Read this first.

                ## How long?
                30 days.

                ## How long?
                ### Opened
                14 days.

                ## Empty
                """);
        assertEquals(
                List.of(
                        new Document("shop", "Returns", "Read this first.", ""),
                        new Document("shop#how-long", "Returns: How long?", "30 days.", ""),
                        new Document("shop#how-long-2", "Returns: How long?", "### Opened\n\n14 days.", "")),
                DocumentReader.read(folder.resolve("shop.md")));
    }

    @Test
    void frontMatterNamesTheDocument() throws IOException {
        write("a/b/c.md", "---\ntitle: \"Gift cards\"\nsource: faq\nlayout: x\n---\n## One\nThey last 3 years.\n");
        assertEquals(
                List.of(new Document("a/b/c", "Gift cards", "## One\n\nThey last 3 years.", "faq")),
                DocumentReader.read(folder));
    }

    @Test
    void htmlGivesTextOnly() throws IOException {
        write(
                "page.html",
                "<html><head><title>Help &amp; more</title><style>p{}</style></head><body><nav>Menu</nav>"
                        + "<script>alert('x')</script><p>Ship&shy;ping is <b>free</b><br>from 50&nbsp;EUR.</p>"
                        + "<div>One<ul><li><p>a</p><li>b <a href='javascript:x()'>c</a></ul></div>&lt;b&gt;</body></html>");
        Document page = DocumentReader.read(folder).getFirst();
        assertEquals("Help & more", page.title());
        assertEquals("Ship\u00adping is free\nfrom 50\u00a0EUR.\n\nOne\n\n- a\n- b c\n\n<b>", page.content());
    }

    @Test
    void textTakesAShortFirstLineAsTitle() throws IOException {
        write("one.txt", "\uFEFFOpening hours\r\n\r\nFrom 9 to 18.\r\n");
        write("two_words.txt", "No title here.");
        assertEquals(
                List.of(
                        new Document("one", "Opening hours", "From 9 to 18.", ""),
                        new Document("two_words", "Two words", "No title here.", "")),
                DocumentReader.read(folder));
    }

    @Test
    void csvTakesQuotedCellsAndOtherColumns() throws IOException {
        write(
                "kb.csv",
                "Title,ID,notes,content,source\r\n\"Hours, open\",h1,x,\"From 9\nto \"\"18\"\".\",faq\r\n"
                        + "Other,h2,,Text,\r\n");
        assertEquals(
                List.of(
                        new Document("h1", "Hours, open", "From 9\nto \"18\".", "faq"),
                        new Document("h2", "Other", "Text", "")),
                DocumentReader.read(folder.resolve("kb.csv")));
    }

    @Test
    void jsonLinesNeverTakeOtherFields() throws IOException {
        write("policies/kb.jsonl", """
                {"id":"a","title":"T","content":"C\\u2028D","source":"faq","key_facts":[["secret"]]}

                {"id":7,"title":"","text":"E","entity":"HOTEL","answer":"secret"}
                {"id":"c","content":"F","title":null}
                """);
        List<Document> documents = DocumentReader.read(folder);
        assertEquals(
                List.of(
                        new Document("a", "T", "C\u2028D", "faq"),
                        new Document("7", "", "E", "HOTEL"),
                        new Document("c", "", "F", "policies")),
                documents);
        assertFalse(documents.toString().contains("secret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "kb.jsonl; {\"id\":\"a\",\"content\":\"x\"}\\n{\"id\":\"b\",\"title\":\"t\"}; kb.jsonl:2: no content",
                "kb.jsonl; {\"id\":\"a\",\"content\":\"x\"}\\n\\n{\"id\":; kb.jsonl:3: not JSON",
                "kb.jsonl; [1]; kb.jsonl:1: not a JSON object",
                "kb.jsonl; {\"content\":\"x\"}; kb.jsonl:1: no id",
                "kb.jsonl; {\"id\":\"a\",\"content\":\" \"}; kb.jsonl:1: neither",
                "kb.jsonl; {\"id\":\"a\",\"content\":\"x\"}\\n{\"id\":\"a\",\"content\":\"y\"}; kb.jsonl:2: the id a",
                "kb.csv; id,title\\n1,x\\n; kb.csv:2: no content",
                "kb.csv; id,content\\n1,x\\n2,y,z,w\\n; kb.csv:3: not CSV",
                "kb.csv; id,content\\n1,~\"x\\n; kb.csv:",
                "kb.md; ~~; no documents",
                "kb.pdf; x; no documents"
            })
    void errorsNameFileAndLine(String name, String text, String message) throws IOException {
        write(name, text.replace("\\n", "\n").replace("~", ""));
        IOException error = assertThrows(IOException.class, () -> DocumentReader.read(folder));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void refusesOtherEncodingsAndMissingFiles() throws IOException {
        Files.write(folder.resolve("latin.txt"), "Line\nCaf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(assertThrows(IOException.class, () -> DocumentReader.read(folder))
                .getMessage()
                .endsWith("latin.txt:2: not UTF-8 text"));
        Path missing = folder.resolve("nothing");
        assertTrue(assertThrows(IOException.class, () -> DocumentReader.read(missing))
                .getMessage()
                .contains("nothing"));
    }

    @Test
    void theSampleShopIsReadable() throws IOException {
        List<Document> documents = DocumentReader.read(SharedData.repository("samples/kb"));
        Set<String> sources = new HashSet<>();
        documents.forEach(document -> sources.add(document.source()));
        assertTrue(documents.size() >= 24);
        assertEquals(Set.of("faq", "policies", "shipping", "products", "troubleshooting"), sources);
        assertTrue(documents.stream()
                .allMatch(d -> !d.title().isBlank()
                        && Chunker.chunks(d.content(), Indexer.WINDOW).size() == 1));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<Document> sent(String name, String text) throws IOException {
        return DocumentReader.read(name, text.getBytes(StandardCharsets.UTF_8), "sent");
    }

    @ParameterizedTest
    @CsvSource({
        "refund-time.md, refund-time",
        "../../etc/refund-time.md, refund-time",
        "C:\\docs\\refund-time.TXT, refund-time",
        "/refund-time.html, refund-time",
        ".md, .md"
    })
    void aNameThatWasSentIsALabelAndNoPath(String name, String id) throws IOException {
        Document document = sent(name, "Five days.").getFirst();
        assertEquals(id, document.id());
        assertEquals("Five days.", document.content());
        assertEquals("sent", document.source());
    }

    @Test
    void aNameThatWasSentHasNoControlCharactersAndAnEnd() throws IOException {
        assertEquals("ab", sent("a\u0000\n\u202eb.txt", "x").getFirst().id());
        assertTrue(sent("x".repeat(5000) + ".txt", "x").getFirst().id().length() <= 200);
    }

    @ParameterizedTest
    @CsvSource({"photo.png", "no-ending", "''", "..", "/", "kb.jsonl.exe"})
    void otherKindsAreRefused(String name) {
        assertTrue(assertThrows(IOException.class, () -> sent(name, "x"))
                .getMessage()
                .contains("not a file of documents"));
    }

    @Test
    void whatIsSentButNoTextIsRefused() {
        assertEquals(
                "a.txt: not text",
                assertThrows(IOException.class, () -> sent("a.txt", "a\u0000b")).getMessage());
        byte[] png = {(byte) 0x89, 'P', 'N', 'G'};
        assertEquals(
                "a.txt:1: not UTF-8 text",
                assertThrows(IOException.class, () -> DocumentReader.read("a.txt", png, ""))
                        .getMessage());
        assertEquals(
                "a.jsonl:2: no id",
                assertThrows(IOException.class, () -> sent("a.jsonl", "{\"id\":1,\"text\":\"x\"}\n{\"text\":\"y\"}"))
                        .getMessage());
        assertEquals(
                "a.md: no documents",
                assertThrows(IOException.class, () -> sent("a.md", " \n ")).getMessage());
    }

    /** Files of strangers may be nested deeper than a stack is. */
    @ParameterizedTest
    @CsvSource({"a.md, >", "a.md, '- '", "a.md, [", "a.md, '*a **b '", "a.html, <div>", "a.html, <ul><li>", "a.jsonl, ["
    })
    void deepNestingIsReadOrRefused(String name, String opening) {
        String closing = opening.startsWith("*") ? "c* d**" : "";
        String text = opening.repeat(DEEP) + "x" + closing.repeat(DEEP);
        try {
            sent(name, text);
        } catch (IOException e) {
            assertTrue(e.getMessage().startsWith(name), e.getMessage());
        }
    }

    @Test
    void listsAndTablesWithinOthersComeOnce() throws IOException {
        assertEquals(
                "- a\n  - b\n    - c\n- d e",
                sent("a.html", "<ul><li>a<div><ul><li>b<ul><li>c</ul></ul></div><li><p>d<p>e</ul>")
                        .getFirst()
                        .content());
        assertEquals(
                "Menu\n\n- one\n\n| Card | Days |\n|---|---|\n| Visa | 5 |",
                sent(
                                "a.html",
                                "<table><tr><td>Menu<td><ul><li>one</ul><table><tr><th>Card<th>Days"
                                        + "<tr><td>Visa<td>5</table></table>")
                        .getFirst()
                        .content());
    }

    /** Each of these took minutes, or many times its size, when something was read once for each level or place. */
    @ParameterizedTest
    @CsvSource({
        "a.html, '', <ul><li>x, ''",
        "a.html, '', <ol><li><div>x, ''",
        "a.html, <ul><li>, <p>x, ''",
        "a.html, '', <table><tr><td>x, ''",
        "a.html, x, <p hidden>x</p>, ''",
        "a.html, x<b style=', /* , '>'",
        "a.html, x, <b> </b>, y",
        "a.md, ---, '|', x",
        "a.md, '---|title: x', ' ', 'y|---|z'"
    })
    void whatIsLongTakesAsLongAsItIs(String name, String before, String repeated, String after) throws IOException {
        String text = before + repeated.repeat(LONG / repeated.length()) + after;
        long characters = sent(name, text.replace("|", "\n")).stream()
                .mapToLong(document -> document.content().length())
                .sum();
        assertTrue(characters <= 5 * LONG, characters + " characters");
    }
}
