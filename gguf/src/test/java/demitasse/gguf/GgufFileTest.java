package demitasse.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GgufFileTest {
    @TempDir
    private Path folder;

    @Test
    void containerCasesComeOutAsTheIndexSays() {
        Path cases = SharedData.require("golden/gguf-malformed");
        List<String> wrong = new ArrayList<>();
        for (JsonNode row : SharedData.json(cases.resolve("index.json")).get("gguf")) {
            String expected = row.get("expect").asText();
            String actual = outcome(cases.resolve(row.get("file").asText()));
            if (!actual.equals(expected) && !expected.equals("either")) {
                wrong.add(row.get("file").asText() + ": expected " + expected + ", was " + actual);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void fixturesComeOutAsTheirNamesSay() throws IOException, URISyntaxException {
        Path fixtures =
                Path.of(GgufFileTest.class.getResource("README.md").toURI()).getParent();
        int seen = 0;
        try (var files = Files.newDirectoryStream(fixtures, "*.gguf")) {
            for (Path file : files) {
                boolean good = file.getFileName().toString().startsWith("ok_");
                assertEquals(good ? "accept" : "reject", outcome(file), file.toString());
                seen++;
            }
        }
        assertTrue(seen > 10);
    }

    @Test
    void modelFilesOfTheReferenceDataOpen() throws IOException {
        Path cases = SharedData.require("golden/gguf-malformed");
        for (JsonNode row : SharedData.json(cases.resolve("index.json")).get("models")) {
            assertEquals("accept", outcome(cases.resolve(row.get("file").asText())));
        }
    }

    @Test
    void arraysKeepTheirBits() throws IOException, URISyntaxException {
        Path file = Path.of(
                GgufFileTest.class.getResource("ok_all_array_types.gguf").toURI());
        try (GgufFile gguf = GgufFile.open(file)) {
            Path copy = folder.resolve("copy.gguf");
            new GgufWriter().putAll(gguf.metadata()).write(copy);
            try (GgufFile again = GgufFile.open(copy)) {
                gguf.metadata().asMap().forEach((key, value) -> {
                    GgufValue other = again.metadata().asMap().get(key);
                    assertEquals(value.type(), other.type(), key);
                    if (value.value() instanceof GgufArray array) {
                        assertArrayEquals(
                                new Object[] {array.values()}, new Object[] {((GgufArray) other.value()).values()});
                    } else {
                        assertEquals(value, other);
                    }
                });
            }
        }
    }

    @Test
    void errorsNameFilePlaceExpectedAndActual() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "just some text, no model at all");
        GgufFormatException e = assertThrows(GgufFormatException.class, () -> GgufFile.open(file));
        assertEquals(file + ": at byte 0: magic: expected GGUF, found just", e.getMessage());
        assertEquals(0, e.offset());
    }

    @Test
    void emptyFilesFoldersAndMissingFilesAreInputErrors() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.gguf"));
        assertThrows(GgufFormatException.class, () -> GgufFile.open(empty));
        assertThrows(IOException.class, () -> GgufFile.open(folder));
        assertThrows(NoSuchFileException.class, () -> GgufFile.open(folder.resolve("none.gguf")));
    }

    @Test
    void zerosAreNoModel() throws IOException {
        Path zeros = Files.write(folder.resolve("zeros.gguf"), new byte[4096]);
        assertThrows(GgufFormatException.class, () -> GgufFile.open(zeros));
    }

    private static String outcome(Path file) {
        try (GgufFile gguf = GgufFile.open(file)) {
            gguf.tensors()
                    .values()
                    .forEach(tensor -> assertEquals(
                            tensor.type().bytesFor(tensor.elements()),
                            tensor.data().byteSize()));
            return "accept";
        } catch (GgufFormatException e) {
            return "reject";
        } catch (IOException | RuntimeException e) {
            return e.toString();
        }
    }
}
