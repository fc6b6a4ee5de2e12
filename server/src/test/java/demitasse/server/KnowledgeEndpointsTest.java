package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnowledgeEndpointsTest {
    @TempDir
    Path folder;

    private Shop shop;

    @BeforeEach
    void start() throws Exception {
        shop = new Shop(folder);
    }

    @AfterEach
    void stop() {
        shop.close();
    }

    private List<String> ids(String query) throws Exception {
        List<String> ids = new ArrayList<>();
        shop.get("/v1/kb/documents" + query)
                .json()
                .path("data")
                .forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }

    private String ask(String question) throws Exception {
        return shop.ask("s", question).path("answer").asText();
    }

    @Test
    void documentsAreListedByTitleAndFound() throws Exception {
        JsonNode overview = shop.get("/v1/kb").json();
        assertEquals(2, overview.path("documents").asInt());
        assertEquals("policies", overview.at("/sources/0/source").asText());
        assertTrue(overview.path("origin").isMissingNode());
        assertEquals(List.of("shipping/parcel", "refund"), ids(""));
        assertEquals(List.of("refund"), ids("?query=WORKING%20days"));
        assertEquals(List.of("shipping/parcel"), ids("?source=shipping"));
        assertEquals(List.of("refund"), ids("?size=1&page=2"));
        assertEquals(List.of(), ids("?page=3"));
        assertEquals(2, shop.get("/v1/kb/documents?size=1").json().path("pages").asInt());
        for (String bad : List.of("?page=0", "?page=x", "?size=201", "?page=99999999999")) {
            assertEquals(400, shop.get("/v1/kb/documents" + bad).status(), bad);
        }
    }

    @Test
    void aChangeIsInTheNextAnswer() throws Exception {
        assertTrue(ask("refund time?").contains("5 working days"));
        String path = "/v1/kb/document?id=refund";
        JsonNode before = shop.get(path).json();
        Map<String, String> change = Map.of(
                "title", "Refund time",
                "content", "A refund takes 3 working days.",
                "source", "policies",
                "version", before.path("version").asText());
        assertEquals(200, shop.send("PUT", path, change).status());
        assertTrue(ask("refund time?").contains("3 working days"));
        assertEquals("conflict", shop.send("PUT", path, change).code(), "changed in the meantime");
        assertEquals(404, shop.send("PUT", path + "s", change).status());
        assertEquals(200, shop.send("DELETE", path, Map.of()).status());
        assertEquals(404, shop.send("DELETE", path, Map.of()).status());
        assertEquals(404, shop.get(path).status());
        assertTrue(shop.ask("s", "refund time?").path("declined").asBoolean());
    }

    @Test
    void aNewDocumentTakesNoOthersPlace() throws Exception {
        Map<String, String> opening = Map.of("title", "Opening hours?", "content", "We open at nine.");
        assertEquals(
                "opening-hours",
                shop.send("POST", "/v1/kb/documents", opening).json().path("id").asText());
        assertEquals(
                "opening-hours-2",
                shop.send("POST", "/v1/kb/documents", opening).json().path("id").asText());
        Map<String, String> same = Map.of("id", "refund", "title", "Other", "content", "Other.");
        assertEquals(409, shop.send("POST", "/v1/kb/documents", same).status());
        assertTrue(ask("refund time?").contains("5 working days"));
        String parcel = "/v1/kb/document?id=shipping%2Fparcel";
        assertEquals(
                "A parcel takes <b>two</b> days.",
                shop.get(parcel).json().path("content").asText());
    }

    @Test
    void mistakesAreNamedAndChangeNothing() throws Exception {
        List<Document> before = shop.documents.documents();
        for (Object body : List.of(
                Map.of("title", " ", "content", " "),
                Map.of("title", 1, "content", "x"),
                Map.of("id", "x\u0000y", "title", "x"),
                Map.of("id", "x".repeat(301), "title", "x"),
                Map.of("title", "x".repeat(501)),
                Map.of("title", "x", "source", "x".repeat(101)),
                List.of())) {
            assertEquals(400, shop.send("POST", "/v1/kb/documents", body).status(), body.toString());
        }
        Map<String, String> tooLong = Map.of("title", "x", "content", "x".repeat(300_000));
        assertEquals(413, shop.send("POST", "/v1/kb/documents", tooLong).status());
        assertEquals(400, shop.get("/v1/kb/document").status());
        assertEquals(before, shop.documents.documents());
    }

    @Test
    void aPreviewShowsHitsAndAnswerAndLeavesNothing() throws Exception {
        JsonNode found = shop.send("POST", "/v1/kb/search", Map.of("query", "refund time? me@example.org"))
                .json();
        assertEquals("refund", found.at("/hits/0/id").asText(), found.toString());
        assertTrue(
                found.at("/hits/0/score").asDouble() > found.at("/hits/1/score").asDouble());
        assertTrue(found.at("/hits/0/evidence").isMissingNode(), "nobody reads with this embedder");
        assertTrue(found.at("/answer/answer").asText().contains("5 working days"));
        assertEquals("email", found.at("/answer/masked/0").asText());
        JsonNode nothing = shop.send("POST", "/v1/kb/search", Map.of("query", "capital of Peru?"))
                .json();
        assertTrue(nothing.at("/answer/declined").asBoolean());
        assertEquals(0, shop.get("/v1/kb/questions").json().path("questions").asInt());
        assertEquals(0, shop.get("/v1/analytics").json().path("counts").size());
    }

    @Test
    void filesAreTakenOrRefusedWhole() throws Exception {
        JsonNode report = shop.upload(
                        "?source=import",
                        List.of(
                                Shop.File.of("../../opening.md", "# Opening hours\n\nWe open at nine."),
                                Shop.File.of("good.csv", "id,title,content\na,Gift cards,They last a year.\n"),
                                Shop.File.of("half.jsonl", "{\"id\":\"b\",\"text\":\"fine\"}\n{\"id\":\"c\"}\n"),
                                Shop.File.of(
                                        "page.html", "<h1>Returns</h1><script>alert(1)</script><p>Thirty days.</p>"),
                                Shop.File.of("photo.png", "PNG"),
                                new Shop.File("broken.txt", new byte[] {'a', (byte) 0xff}),
                                new Shop.File("huge.txt", new byte[ImportEndpoint.LIMIT.fileBytes() + 1]),
                                Shop.File.of("refund.txt", "Another text."),
                                Shop.File.of("again.csv", "id,title,content\na,Gift cards,No.\n")))
                .json();
        Map<String, String> reasons = new TreeMap<>();
        report.path("files")
                .forEach(file -> reasons.put(
                        file.path("file").asText(),
                        file.path("reason").asText("") + " "
                                + file.path("detail").asText("")));
        assertEquals(3, report.path("taken").asInt(), report.toString());
        assertEquals(" ", reasons.get("good.csv"));
        assertEquals("unreadable half.jsonl:2: no content", reasons.get("half.jsonl"));
        assertTrue(reasons.get("photo.png").contains("not a file of documents"));
        assertEquals("unreadable broken.txt:1: not UTF-8 text", reasons.get("broken.txt"));
        assertTrue(reasons.get("huge.txt").startsWith("too_large"));
        assertEquals("exists refund", reasons.get("refund.txt"));
        assertEquals("duplicate the id a is already in good.csv", reasons.get("again.csv"));
        assertEquals(
                Set.of("refund", "shipping/parcel", "opening", "a", "page"),
                shop.documents.documents().stream().map(Document::id).collect(Collectors.toSet()));
        assertEquals(
                "Thirty days.", shop.documents.document("page").orElseThrow().content());
        assertEquals("import", shop.documents.document("opening").orElseThrow().source());
        assertTrue(ask("gift cards?").contains("a year"));
        assertFalse(Files.exists(folder.resolve("../../opening.md")));
    }

    @Test
    void chatsGoOnWhileAnImportIsUnderWay() throws Exception {
        List<Shop.File> file = List.of(Shop.File.of("held.txt", "Held back gift cards\n\nGift cards last a year."));
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Shop.Answer> importing = beside.submit(() -> shop.upload("", file));
            shop.embedder.waiting.await();
            assertTrue(ask("refund time?").contains("5 working days"));
            assertEquals(2, shop.get("/v1/kb").json().path("documents").asInt());
            assertEquals(409, shop.upload("", file).status(), "one import at a time");
            Map<String, String> other = Map.of("title", "Opening", "content", "We open at nine.");
            assertEquals(201, shop.send("POST", "/v1/kb/documents", other).status());
            shop.embedder.hold.countDown();
            assertEquals(1, importing.get().json().path("taken").asInt());
        }
        assertTrue(ask("gift cards?").contains("a year"));
        assertTrue(ask("opening?").contains("nine"));
    }

    @Test
    void documentsThatAreThereAreReplacedOnlyOnDemand() throws Exception {
        List<Shop.File> file = List.of(Shop.File.of("refund.txt", "Refund time\n\nA refund takes 9 days."));
        assertEquals(
                "exists", shop.upload("", file).json().at("/files/0/reason").asText());
        assertTrue(ask("refund time?").contains("5 working days"));
        JsonNode report = shop.upload("?replace=true&source=policies", file).json();
        assertEquals(1, report.at("/files/0/replaced").asInt(), report.toString());
        assertTrue(ask("refund time?").contains("9 days"));
        assertEquals(
                1,
                shop.upload("?source=policies", file)
                        .json()
                        .at("/files/0/unchanged")
                        .asInt());
    }

    @Test
    void importsThatAreNoneAreRefused() throws Exception {
        byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                415,
                shop.send("POST", "/v1/kb/import", "application/json", body).status());
        assertEquals(
                400,
                shop.send("POST", "/v1/kb/import", "multipart/form-data; boundary=x", body)
                        .status());
        assertEquals(
                400,
                shop.send("POST", "/v1/kb/import", "multipart/form-data", body).status());
        assertEquals(400, shop.upload("", List.of()).status());
        List<Shop.File> many =
                Stream.generate(() -> Shop.File.of("a.txt", "x")).limit(51).toList();
        assertEquals(400, shop.upload("", many).status());
        byte[] large = new byte[ImportEndpoint.LIMIT.fileBytes() - 1];
        List<Shop.File> much =
                Stream.generate(() -> new Shop.File("a.txt", large)).limit(9).toList();
        assertEquals(413, shop.upload("", much).status());
        assertEquals(2, shop.documents.documents().size());
    }

    /** Without a length in the header, as a program may send it that makes the body as it goes. */
    @ParameterizedTest
    @ValueSource(ints = {15, 17})
    void aBodyInChunksHasTheSameLimit(int megabytes) throws Exception {
        String head = "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n";
        assertEquals(megabytes < 16 ? 200 : 413, shop.chunked(head, megabytes << 20, "\r\n--x--\r\n"));
    }

    @Test
    void whatIsExportedCanBeReadAgain() throws Exception {
        String lines = shop.get("/v1/kb/export").response().body();
        assertEquals(
                shop.documents.documents(),
                DocumentReader.read("knowledge.jsonl", lines.getBytes(StandardCharsets.UTF_8), ""));
    }

    @Test
    void tellsTheFolderThatItIsFilledFromAndReadsItAgain() throws Exception {
        assertEquals(409, shop.send("POST", "/v1/kb/reload", Map.of()).status());
        Path docs = Files.createDirectory(folder.resolve("docs"));
        Path file = Files.writeString(docs.resolve("fees.md"), "# Fees\n\nThe fees are two euros.");
        shop.documents.fillFrom(docs, DocumentReader.read(docs));
        assertEquals(docs.toString(), shop.get("/v1/kb").json().path("origin").asText());
        assertTrue(ask("what are the fees?").contains("two euros"));
        Files.writeString(file, "# Fees\n\nThe fees are four euros.");
        assertEquals(200, shop.send("POST", "/v1/kb/reload", Map.of()).status());
        assertTrue(ask("what are the fees?").contains("four euros"));
        Files.delete(file);
        assertEquals(
                "bad_documents", shop.send("POST", "/v1/kb/reload", Map.of()).code());
        assertTrue(ask("what are the fees?").contains("four euros"));
    }

    @Test
    void questionsWithoutAnAnswerAreListedAndSettled() throws Exception {
        shop.ask("a", "where is the capital of Peru? I am me@example.org");
        shop.ask("b", "the capital of Peru");
        shop.ask("c", "which colours are the vouchers in?");
        JsonNode topics = shop.get("/v1/kb/questions").json();
        assertEquals(3, topics.path("questions").asInt(), topics.toString());
        assertEquals(2, topics.at("/data/0/questions").size(), topics.toString());
        assertEquals("declined", topics.at("/data/0/questions/0/why").asText());
        assertFalse(topics.toString().contains("me@example.org"));
        List<Long> ids = new ArrayList<>();
        topics.at("/data/0/questions")
                .forEach(question -> ids.add(question.path("id").asLong()));
        String settle = "/v1/kb/questions/settle";
        assertEquals(
                2,
                shop.send("POST", settle, Map.of("ids", ids))
                        .json()
                        .path("settled")
                        .asInt());
        assertEquals(1, shop.get("/v1/kb/questions").json().path("questions").asInt());
        for (Object bad : List.of(List.of(), List.of("x"), List.of(1.5), "x")) {
            assertEquals(400, shop.send("POST", settle, Map.of("ids", bad)).status(), bad.toString());
        }
        shop.send("DELETE", "/v1/sessions/c", Map.of());
        assertEquals(0, shop.get("/v1/kb/questions").json().path("questions").asInt());
    }
}
