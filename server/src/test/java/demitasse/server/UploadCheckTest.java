package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadCheckTest {
    private static final UploadCheck CHECK = new UploadCheck(100, 3);

    @ParameterizedTest
    @ValueSource(strings = {"faq.md", "Häufige Fragen (2).html", "a.b.TXT", "prices_2026.csv", "kb.jsonl"})
    void takesPlainNames(String name) {
        assertEquals(name, CHECK.name(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../etc/passwd.md",
                "..\\windows\\a.md",
                "/etc/a.md",
                "a/b.md",
                "C:\\a.md",
                "..md",
                ".hidden.md",
                "a\u0000.md",
                "a\n.md",
                "a%2f..%2fb.md",
                "a\u202egnp.md",
                "CON.md",
                "nul.txt",
                "a..md",
                "a.md:stream",
                "$(id).md",
                "<img src=x>.md",
            })
    void refusesNamesThatLeadElsewhere(String name) {
        assertEquals(
                400, assertThrows(ApiException.class, () -> CHECK.name(name)).status());
        assertThrows(ApiException.class, () -> CHECK.name(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.exe", "a.pdf", "a.md.zip", "a.svg", "a", "a.html.php"})
    void refusesOtherKinds(String name) {
        assertEquals(
                415, assertThrows(ApiException.class, () -> CHECK.name(name)).status());
    }

    private static String read(String bytes) throws IOException {
        return CHECK.text(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void readsTextOfABoundedSize() throws IOException {
        assertEquals("a\u00e4", read("\u00ef\u00bb\u00bfa\u00c3\u00a4"));
        assertEquals("", read(""));
        assertEquals(100, read("x".repeat(100)).length());
        assertEquals(
                413,
                assertThrows(ApiException.class, () -> read("x".repeat(101))).status());
        CHECK.count(3);
        assertEquals(413, assertThrows(ApiException.class, () -> CHECK.count(4)).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PK\u0003\u0004abc",
                "%PDF-1.7",
                "MZ\u0090",
                "\u007fELF",
                "GGUF",
                "a\u0000b",
                "\u00ff\u00fea",
                "\u00c0\u00ae"
            })
    void refusesWhatIsNoText(String bytes) {
        assertEquals(415, assertThrows(ApiException.class, () -> read(bytes)).status());
    }
}
