package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.server.DemitasseServer.Config;
import demitasse.server.Rates.Rate;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other sites' pages, proxies, and callers that come too often. */
class StrangersTest {
    /** Small enough to run out within a test, and slow enough not to fill up within it. */
    private static final Rate FEW = new Rate(0.001, 20);

    private static final Rates RATES = new Rates(FEW, FEW, new Rate(0.001, 2), new Rate(0.001, 1));

    @TempDir
    private Path folder;

    private Path file;
    private String key;

    @BeforeEach
    void keys() throws IOException {
        file = folder.resolve("keys");
        key = KeyFile.add(file, "shop", KeyRole.ADMIN, LocalDate.of(2026, 11, 28));
    }

    private Harness server(UnaryOperator<Protection> change) throws IOException {
        return new Harness(
                config -> config.withProtection(change.apply(config.protection().withApiKeyFile(file))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1 |                   | localhost:80        | true",
                "127.0.0.1 |                   | LocalHost           | true",
                "127.0.0.1 |                   | [::1]:8080          | true",
                "127.0.0.1 |                   | 10.0.0.5            | false",
                "127.0.0.1 |                   | evil.example        | false",
                "127.0.0.1 |                   | localhost.evil.example | false",
                "127.0.0.1 |                   | 127.0.0.1.evil.example | false",
                "127.0.0.1 |                   | ''                  | false",
                "127.0.0.1 | help.example.com  | Help.Example.com:443 | true",
                "127.0.0.1 | help.example.com  | example.com         | false",
                "0.0.0.0   |                   | 192.168.1.5:8080    | true",
                "0.0.0.0   |                   | [fe80::1]:8080      | true",
                "0.0.0.0   |                   | evil.example        | false",
                "0.0.0.0   |                   | 1.2.3.4.evil.example | false",
                "0.0.0.0   | help.example.com  | help.example.com    | true",
                "0.0.0.0   | *                 | any.example         | true",
                "shop.lan  |                   | shop.lan:8080       | true",
                "::        |                   | [2001:db8::1]       | true",
            })
    void namesThatItAnswersTo(String listening, String allowed, String header, boolean accepted) {
        Set<String> names = allowed == null ? Set.of() : Set.of(allowed);
        assertEquals(accepted, Hosts.of(listening, names).accept(header));
    }

    @Test
    void aNameForOthersNeedsAKey() {
        Config config = Config.of(null)
                .withPort(0)
                .withProtection(Protection.defaults().withAllowedHosts(Set.of("help.example.com")));
        assertThrows(IllegalArgumentException.class, () -> DemitasseServer.start(config));
    }

    @Test
    void behindAProxyItsNameAndItsPagesAreOurs() throws Exception {
        try (Harness proxied = server(p -> p.withAllowedHosts(Set.of("help.example.com")))) {
            assertEquals(200, head(proxied, "Host: help.example.com\r\nOrigin: https://help.example.com"));
            assertEquals(403, head(proxied, "Host: other.example.com"));
            assertEquals(403, head(proxied, "Host: help.example.com\r\nOrigin: https://evil.example"));
            assertEquals(403, head(proxied, "Host: help.example.com\r\nOrigin: null"));
            assertEquals(403, head(proxied, "Host: evil.example\r\nX-Forwarded-Host: help.example.com"));
        }
    }

    private static int head(Harness server, String headers) throws IOException {
        return RawHttp.status(RawHttp.exchange(
                server.server.port(), "GET /health HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void withoutKeysNothingIsOpenedThroughAProxy() throws Exception {
        try (Harness open = new Harness()) {
            assertEquals(200, open.get("/metrics").status());
            for (String header : Set.of("X-Forwarded-For", "Forwarded", "X-Real-IP")) {
                var through = open.send(open.request("/metrics").header(header, "192.0.2.1"));
                assertEquals(403, through.status(), header);
            }
        }
    }

    @Test
    void withoutKeysThisMachineMayAskAsOftenAsItLikes() throws Exception {
        try (Harness open =
                new Harness(config -> config.withProtection(config.protection().withRates(RATES)))) {
            for (int i = 0; i < 2 * FEW.burst(); i++) {
                assertEquals(200, open.get("/health").status());
            }
        }
    }

    @Test
    void anAddressThatAsksTooOftenHasToWait() throws Exception {
        try (Harness busy = server(p -> p.withRates(RATES))) {
            for (int i = 0; i < FEW.burst(); i++) {
                assertEquals(200, busy.get("/health").status());
            }
            var refused = busy.get("/health");
            assertEquals(429, refused.status());
            assertEquals("rate_limit_exceeded", refused.errorCode());
            assertTrue(Long.parseLong(refused.header("Retry-After")) > 0);
            assertNotNull(refused.header("Content-Security-Policy"));
            assertEquals(
                    200,
                    busy.send(busy.request("/metrics").header("Authorization", "Bearer " + key))
                            .status(),
                    "a key has its own");
        }
    }

    @Test
    void aKeyThatAsksTooOftenHasToWait() throws Exception {
        try (Harness busy = server(p -> p.withRates(RATES))) {
            for (int i = 0; i < FEW.burst(); i++) {
                assertEquals(200, keyed(busy, key));
            }
            assertEquals(429, keyed(busy, key));
            assertEquals(200, busy.get("/health").status(), "others are not held up");
        }
    }

    private static int keyed(Harness server, String key) throws Exception {
        return server.send(server.request("/v1/models").header("Authorization", "Bearer " + key))
                .status();
    }

    @Test
    void whoGuessesKeysHasToWaitSoon() throws Exception {
        try (Harness busy = server(p -> p.withRates(RATES))) {
            assertEquals(401, keyed(busy, "guess-1"));
            assertEquals(429, keyed(busy, "guess-2"));
            assertEquals(200, keyed(busy, key));
        }
    }

    @Test
    void messagesAndErasuresHaveTheirOwnRates() throws Exception {
        Rate many = new Rate(1_000, 1_000);
        try (Harness busy = server(p -> p.withRates(new Rates(many, many, RATES.messages(), RATES.heavy())))) {
            String message = "{\"session\":\"s\",\"message\":\"refund\"}";
            assertEquals(200, busy.post("/v1/assist", message).status());
            assertEquals(200, busy.post("/v1/assist", message).status());
            var refused = busy.post("/v1/assist", message);
            assertEquals(429, refused.status());
            assertNotNull(refused.header("Retry-After"));
            HttpRequest.Builder erase = busy.request("/v1/sessions/s").DELETE();
            assertEquals(200, busy.send(erase).status());
            assertEquals(429, busy.send(erase).status());
            assertEquals(200, busy.get("/health").status());
            assertEquals(
                    200,
                    busy.send(busy.posting("/v1/assist", message).header("Authorization", "Bearer " + key))
                            .status(),
                    "a program that speaks for many customers");
        }
    }

    @Test
    void forwardedAddressesAreBelievedOfTrustedProxiesOnly() throws Exception {
        try (Harness direct = server(p -> p.withRates(RATES))) {
            int status = 0;
            for (int i = 0; i <= FEW.burst(); i++) {
                status = forwarded(direct, "192.0.2." + i);
            }
            assertEquals(429, status, "a new address each time does not help");
        }
        try (Harness proxied = server(p -> p.withRates(RATES).withTrustedProxies(Set.of("127.0.0.1", "10.0.0.9")))) {
            for (int i = 0; i <= 2 * FEW.burst(); i++) {
                assertEquals(200, forwarded(proxied, "192.0.2." + i));
            }
            int status = 0;
            for (int i = 0; i <= FEW.burst(); i++) {
                status = forwarded(proxied, "198.51.100." + i + ", 192.0.2.200, 10.0.0.9");
            }
            assertEquals(429, status, "what the client wrote itself does not count");
            for (int i = 0; i <= FEW.burst(); i++) {
                status = forwarded(proxied, "2001:db8:1:2:" + i + "::1");
            }
            assertEquals(429, status, "a network of IPv6 is one caller");
        }
    }

    private static int forwarded(Harness server, String addresses) throws Exception {
        return server.send(server.request("/health").header("X-Forwarded-For", addresses))
                .status();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.8.0.1, true",
        "0:0:0:0:0:0:0:1, true",
        "10.0.0.9, true",
        "10.0.0.8, false",
        "'', false"
    })
    void manyMayBeBehindThisMachineAndProxies(String address, boolean many) {
        assertEquals(many, new Callers(Set.of("10.0.0.9")).isManyClients(address));
    }

    @Test
    void bucketsFillUpAgain() {
        AtomicLong now = new AtomicLong();
        RateLimiter limiter = new RateLimiter(10, now::get);
        Rate rate = new Rate(2, 4);
        assertEquals(0, limiter.take("a", rate, 4));
        assertEquals(0.5, limiter.take("a", rate, 1));
        assertEquals(0, limiter.take("b", rate, 1));
        now.addAndGet(500_000_000);
        assertEquals(0, limiter.take("a", rate, 1));
        assertEquals(0.5, limiter.take("a", rate, 1));
        now.addAndGet(3_600_000_000_000L);
        assertEquals(0, limiter.take("a", rate, 100), "no more than the bucket holds");
        assertEquals(2, limiter.take("a", rate, 100));
    }

    @Test
    void callersTakeABoundedPlace() {
        RateLimiter limiter = new RateLimiter(100, System::nanoTime);
        for (int i = 0; i < 10_000; i++) {
            limiter.take("caller " + i, FEW, 1);
        }
        assertEquals(100, limiter.size());
    }
}
