package demitasse.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;

/** axe-core, which knows what keyboards and screen readers need, looks at a page as it stands. */
final class Axe {
    static final Dimension DESKTOP = new Dimension(1280, 860);
    static final Dimension PHONE = new Dimension(375, 720);
    /** As narrow as a desktop's window becomes when it is enlarged to 400 %. */
    static final Dimension SMALLEST = new Dimension(320, 640);

    private static final String SCRIPT = script();
    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
                found => done(found.violations
                    .filter(v => v.impact === 'serious' || v.impact === 'critical')
                    .flatMap(v => v.nodes.map(n => v.id + ' at ' + n.target.join(' ') + ': ' + n.failureSummary))),
                problem => done([String(problem)]));
            """;

    private Axe() {}

    private static String script() {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails with what is serious or critical, in both colour schemes, at the size that the window has. */
    static void check(ChromeDriver browser, String state) {
        for (String scheme : List.of("light", "dark")) {
            scheme(browser, scheme);
            Assertions.assertEquals(List.of(), find(browser), state + ", " + scheme);
        }
        scheme(browser, "light");
    }

    /** What is serious or critical about a page as it stands, in words. */
    static Object find(ChromeDriver browser) {
        browser.executeScript(SCRIPT);
        return browser.executeAsyncScript(RUN);
    }

    /** As {@link #check}, at the width of a desktop and of a phone. */
    static void checkBothWidths(ChromeDriver browser, String state) {
        for (Dimension size : List.of(PHONE, DESKTOP)) {
            browser.manage().window().setSize(size);
            check(browser, state + ", " + size.getWidth() + " pixels");
        }
    }

    /** What the reader's system prefers: light or dark; and no motion, so that colours are not half-way. */
    static void scheme(ChromeDriver browser, String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }
}
