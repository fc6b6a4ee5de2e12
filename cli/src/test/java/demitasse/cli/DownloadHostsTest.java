package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is fetched from anywhere else than the catalog says, without TLS, or in another size than it says. */
final class DownloadHostsTest {
    private static final String PATH = "/maker/model/resolve/abc/model.gguf";
    private static final DownloadHosts HOSTS = new DownloadHosts(Catalog.load().downloadHosts());

    @TempDir
    private Path folder;

    private final FileServer server = new FileServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co/a, https://huggingface.co/b, true",
        "https://huggingface.co/a, https://cdn-lfs.huggingface.co/b, true",
        "https://huggingface.co/a, https://cas-bridge.xethub.hf.co/b, true",
        "https://huggingface.co/a, https://CDN.HF.CO/b, true",
        "https://mirror.example/a, https://mirror.example/b, true",
        "https://huggingface.co/a, https://evilhuggingface.co/b, false",
        "https://huggingface.co/a, https://huggingface.co.evil.example/b, false",
        "https://huggingface.co/a, https://evil.example/b, false",
        "https://huggingface.co/a, https://huggingface.co@evil.example/b, false",
        "https://huggingface.co/a, http://huggingface.co/b, false",
        "https://huggingface.co/a, http://127.0.0.1/b, false",
        "https://huggingface.co/a, https://127.0.0.1/b, false",
        "https://huggingface.co/a, https://169.254.169.254/b, false",
        "https://huggingface.co/a, file:///etc/passwd, false",
        "https://huggingface.co/a, ftp://huggingface.co/b, false",
        "http://127.0.0.1:5/a, http://127.0.0.1:6/b, true",
        "http://127.0.0.1:5/a, http://10.0.0.1/b, false",
    })
    void redirects(URI source, URI next, boolean allowed) throws IOException {
        if (allowed) {
            HOSTS.checkRedirect(source, source, next);
        } else {
            assertThrows(IOException.class, () -> HOSTS.checkRedirect(source, source, next));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co/a, true",
        "http://127.0.0.1:8080/a, true",
        "http://[::1]:8080/a, true",
        "http://huggingface.co/a, false",
        "http://localhost.evil.example/a, false",
        "https://user:secret@huggingface.co/a, false",
        "file:///etc/passwd, false",
        "jar:file:///a.jar!/b, false",
    })
    void sources(URI source, boolean allowed) throws IOException {
        if (allowed) {
            HOSTS.checkSource(source);
        } else {
            IOException e = assertThrows(IOException.class, () -> HOSTS.checkSource(source));
            assertFalse(e.getMessage().contains("secret"), e.getMessage());
        }
    }

    private String fault(String hub, long bytes, String sha256) {
        ModelStore store = new ModelStore(
                folder,
                folder.resolve("cache"),
                hub,
                new PipDownload(List.of()),
                new Notes(new PrintWriter(new StringWriter(), true), false));
        CatalogEntry entry = new CatalogEntry(
                "tiny",
                "chat",
                "",
                "model.gguf",
                bytes,
                1_000,
                sha256,
                "MIT",
                false,
                List.of(new CatalogEntry.HuggingFace("maker/model", "abc", "model.gguf")));
        String message =
                assertThrows(IOException.class, () -> store.pull(entry)).getMessage();
        assertFalse(Files.exists(folder.resolve("cache/model.gguf")));
        return message;
    }

    @Test
    void aRedirectToAnotherHostIsNotFollowed() {
        server.file("/blob", new byte[10])
                .on(
                        PATH,
                        exchange -> FileServer.redirect(
                                exchange, server.address().replace("127.0.0.1", "localhost") + "/blob"));
        String fault = fault(server.address(), 10, "0".repeat(64));
        assertTrue(fault.contains("not a host of the catalog"), fault);
        assertEquals(List.of(PATH), server.requests);
    }

    @Test
    void aHubWithoutTlsIsNotAsked() {
        String fault = fault("http://hub.example", 10, "0".repeat(64));
        assertTrue(fault.contains("need https"), fault);
    }

    @Test
    void aFileThatIsTooLongIsNotFetchedToItsEnd() {
        server.on(PATH, exchange -> {
            exchange.sendResponseHeaders(200, 0); // of unknown length
            byte[] piece = new byte[1 << 16];
            for (int i = 0; i < 1_000; i++) {
                exchange.getResponseBody().write(piece);
            }
        });
        String fault = fault(server.address(), 100_000, "0".repeat(64));
        assertTrue(fault.contains("more than 100000 bytes"), fault);
    }

    @Test
    void aFileThatNobodyVouchesForIsRemoved() {
        server.file(PATH, new byte[1_000]);
        String fault = fault(server.address(), 0, null);
        assertTrue(fault.contains("sha256"), fault);
    }
}
