package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader of a document does not see is not in the knowledge base. */
class HiddenTextTest {
    @TempDir
    private Path folder;

    private String read(String name, String text) throws IOException {
        return DocumentReader.read(Files.writeString(folder.resolve(name), text))
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!-- SECRET -->",
                "<script>SECRET</script>",
                "<style>SECRET</style>",
                "<template>SECRET</template>",
                "<noscript>SECRET</noscript>",
                "<p hidden>SECRET</p>",
                "<p style='display:none'>SECRET</p>",
                "<div style=\"color:red; DISPLAY : none !important\"><ul><li>SECRET</ul></div>",
                "<p style='visibility: hidden;'>SECRET</p>",
                "<p style='font-size:0px'>SECRET</p>",
                "<p style='opacity:0'>SECRET</p>",
                "<h2 style='display:/**/none'>SECRET</h2>",
                "<table><tr><td>a</td><td style='display:none'>SECRET</td></tr></table>",
                "<ul><li>a <span hidden>SECRET</span></li></ul>",
                "<img src=x onerror=SECRET>",
                "<a href='javascript:SECRET'>b</a>",
            })
    void ofAPage(String part) throws IOException {
        String page = "<h1>Refunds</h1><p>A refund takes 5 days.</p>" + part;
        String read = read("refund.html", "<html><body>" + page + "</body></html>");
        assertTrue(read.contains("5 days"), read);
        assertFalse(read.contains("SECRET"), read);
        assertFalse(read.contains("<"), read);
        assertFalse(read("refund.md", "# Refunds\n\nA refund takes 5 days.\n\n" + part)
                .contains("SECRET"));
    }

    @Test
    void whatIsOnlySmallOrPaleStays() throws IOException {
        String page =
                "<p style='font-size:0.9em'>Small</p><p style='opacity:0.5'>Pale</p><p style='display:block'>Block</p>";
        String read = read("a.html", "<html><body>" + page + "</body></html>");
        assertTrue(read.contains("Small") && read.contains("Pale") && read.contains("Block"), read);
    }

    @Test
    void unseenCharactersOfAnyDocument() throws IOException {
        String tags =
                new String(Character.toChars(0xE0049)) + new String(Character.toChars(0xE0100)) + "\u200b\u202e\u0007";
        Document document =
                new Document("a", "T" + tags + "itle", "Five" + tags + " days\n\tand \u0645\u06cc\u200c\u062e", "s");
        assertEquals("Title", document.title());
        assertEquals("Five days\n\tand \u0645\u06cc\u200c\u062e", document.content());
        String line =
                "{\"id\":\"a\",\"title\":\"Refunds\",\"content\":\"5\\u200b\\udb40\\udc49 days\",\"source\":\"s\"}";
        assertTrue(read("a.jsonl", line).contains("5 days"));
    }
}
