package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that a proxy and a server may read differently. Each is refused with a 4xx, the connection is closed, and what
 * follows on it is not answered.
 */
class HostileRequestsTest {
    private static final String NEXT = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String POST =
            "POST /v1/assist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private static final String BODY = "{\"message\":\"refund\"}";

    private static final int VERSION_NOT_SUPPORTED = 505;

    private static Harness harness;

    @BeforeAll
    static void start() throws IOException {
        harness = new Harness();
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    static Stream<Arguments> requests() {
        String length = "Content-Length: " + BODY.length() + "\r\n";
        String chunk = Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
        return Stream.of(
                Arguments.of("length and chunks", POST + length + "Transfer-Encoding: chunked\r\n\r\n" + chunk),
                Arguments.of("chunks and length", POST + "Transfer-Encoding: chunked\r\n" + length + "\r\n" + chunk),
                Arguments.of("two lengths", POST + length + "Content-Length: 5\r\n\r\n" + BODY),
                Arguments.of("two equal lengths", POST + length + length + "\r\n" + BODY),
                Arguments.of("a list of lengths", POST + "Content-Length: 20, 20\r\n\r\n" + BODY),
                Arguments.of("signed length", POST + "Content-Length: +20\r\n\r\n" + BODY),
                Arguments.of("negative length", POST + "Content-Length: -1\r\n\r\n" + BODY),
                Arguments.of("length in hex", POST + "Content-Length: 0x14\r\n\r\n" + BODY),
                Arguments.of("overflowing length", POST + "Content-Length: 99999999999999999999\r\n\r\n" + BODY),
                Arguments.of("empty length", POST + "Content-Length:\r\n\r\n" + BODY),
                Arguments.of("folded header", POST + "X-Long: a\r\n b\r\n" + length + "\r\n" + BODY),
                Arguments.of("folded transfer coding", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunk),
                Arguments.of(
                        "bare line feeds", POST.replace("\r\n", "\n") + length.replace("\r\n", "\n") + "\n" + BODY),
                Arguments.of("bare line feed within", POST + "X-A: b\nX-C: d\r\n" + length + "\r\n" + BODY),
                Arguments.of("bare carriage return", POST + "X-A: b\rX-C: d\r\n" + length + "\r\n" + BODY),
                Arguments.of("space before colon", POST + "Content-Length : 20\r\n\r\n" + BODY),
                Arguments.of("space before name", POST + " Content-Length: 20\r\n\r\n" + BODY),
                Arguments.of("no colon", POST + "Content-Length 20\r\n\r\n" + BODY),
                Arguments.of("zero byte in a name", POST + "X\0A: b\r\n" + length + "\r\n" + BODY),
                Arguments.of("zero byte in a value", POST + "X-A: b\0c\r\n" + length + "\r\n" + BODY),
                Arguments.of("unknown coding", POST + "Transfer-Encoding: xchunked\r\n\r\n" + chunk),
                Arguments.of("coding after chunked", POST + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunk),
                Arguments.of(
                        "chunked twice",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk),
                Arguments.of("vertical tab in coding", POST + "Transfer-Encoding: \u000bchunked\r\n\r\n" + chunk),
                Arguments.of(
                        "chunk size no number",
                        POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + BODY + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk size with sign",
                        POST + "Transfer-Encoding: chunked\r\n\r\n+14\r\n" + BODY + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk size 0x", POST + "Transfer-Encoding: chunked\r\n\r\n0x14\r\n" + BODY + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk size overflows",
                        POST + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n" + BODY),
                Arguments.of(
                        "chunk without end", POST + "Transfer-Encoding: chunked\r\n\r\n14\r\n" + BODY + "0\r\n\r\n"),
                Arguments.of(
                        "chunk with line feeds", POST + "Transfer-Encoding: chunked\r\n\r\n14\n" + BODY + "\n0\n\n"),
                Arguments.of(
                        "chunk extension with line feed",
                        POST + "Transfer-Encoding: chunked\r\n\r\n14;a\nb\r\n" + BODY + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n" + chunk),
                Arguments.of("authority form", "GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("no host", "GET /health HTTP/1.1\r\n\r\n"),
                Arguments.of("two hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
                Arguments.of("two equal hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
                Arguments.of("list of hosts", "GET /health HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n"),
                Arguments.of("user in host", "GET /health HTTP/1.1\r\nHost: evil.example@localhost\r\n\r\n"),
                Arguments.of("path in host", "GET /health HTTP/1.1\r\nHost: localhost/evil\r\n\r\n"),
                Arguments.of("HTTP/0.9", "GET /health\r\n"),
                Arguments.of("HTTP/1.2", "GET /health HTTP/1.2\r\nHost: localhost\r\n\r\n"),
                Arguments.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                Arguments.of(
                        "huge header",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: " + "a".repeat(70_000) + "\r\n\r\n"),
                Arguments.of(
                        "many headers",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\n" + "X-A: b\r\n".repeat(20_000) + "\r\n"),
                Arguments.of("long address", "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("space in the address", "GET /health HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void isRefusedAndTheConnectionClosed(String name, String request) throws IOException {
        String answer = RawHttp.exchange(harness.server.port(), request + NEXT);
        int status = RawHttp.status(answer);
        boolean refused = status >= 400 && status < 500 || status == VERSION_NOT_SUPPORTED;
        assertTrue(refused, () -> name + ": " + answer);
        assertEquals(1, RawHttp.answers(answer), () -> name + ": " + answer);
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                Arguments.of(
                        "absolute form of another host",
                        "GET http://evil.example/health HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "absolute form hides another host",
                        "GET http://localhost/health HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n\r\n"),
                Arguments.of("tunnel", "CONNECT localhost:22 HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of("asterisk", "GET * HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of("small method", "get /health HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "encoded slash",
                        "GET /assets%2fchat.js HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "encoded dots",
                        "GET /assets/%2e%2e/console HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "dots behind the root",
                        "GET /../../etc/passwd HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "path parameter",
                        "GET /assets/..;/console HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "back slashes",
                        "GET /assets\\..\\console HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of("encoded zero", "GET /health%00 HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "overlong UTF-8",
                        "GET /assets/%c0%ae%c0%ae/console HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("addresses")
    void leadsNowhere(String name, String request) throws IOException {
        String answer = RawHttp.exchange(harness.server.port(), request);
        int status = RawHttp.status(answer);
        assertTrue(status >= 400 && status < 500, () -> name + ": " + answer);
    }
}
