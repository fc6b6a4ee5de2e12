package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.Opinion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedConditions;

/** The chat page in a real browser. Skipped, visibly, where Debian's chromium is not installed. */
class ChatPageTest {
    @TempDir
    private static Path profile;

    @TempDir
    private Path downloads;

    private static Page page;
    private Harness harness;

    @BeforeAll
    static void open() {
        page = Page.open(profile);
    }

    @AfterAll
    static void quit() {
        if (page != null) {
            page.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
        page.browser().manage().window().setSize(Axe.DESKTOP);
        page.browser().get(harness.server.url() + "/");
        page.visible("#welcome");
    }

    @AfterEach
    void stop() {
        harness.desk.words = null;
        harness.close();
    }

    private static void ask(String text) {
        page.type("#message", text, Keys.ENTER);
    }

    private String handoff() {
        return harness.desk.openHandoffs().getFirst().id();
    }

    private int stored() {
        return harness.desk.openHandoffs().size()
                + harness.desk.history(session()).size();
    }

    private static String session() {
        return (String) page.browser().executeScript("return localStorage.getItem('demitasse.session')");
    }

    @Test
    void aStreamedAnswerWithSourcesThatOpen() {
        harness.desk.words = new Semaphore(2);
        ask("How long does a refund take?");
        page.text(".assistant .words", "A refund");
        page.attribute("#log", "aria-busy", "true");
        assertTrue(page.visible("#stop").isDisplayed());
        harness.desk.words.release(100);
        page.text(".assistant .words", FakeDesk.REFUND);
        WebElement source = page.visible(".sources details");
        assertEquals("Refunds policies", source.getText().replaceAll("\\s+", " "));
        source.findElement(By.tagName("summary")).click();
        page.hasText(".passage", "<b>Cards</b>");
        assertEquals(FakeDesk.REFUND, page.words(".passage mark"), "what the answer took is marked");
        page.attribute("#log", "aria-busy", "false");
        page.gone("#stop");
        assertFalse(page.isShown("#banner"));
    }

    @Test
    void afterAReloadSourcesStillOpen() {
        ask("refund?");
        page.visible(".sources");
        page.browser().navigate().refresh();
        page.click(".sources summary");
        page.hasText(".passage", "keep the receipt");
    }

    @Test
    void anAnswerIsStoppedAndAskedForAgain() {
        harness.desk.words = new Semaphore(2);
        ask("refund?");
        page.text(".assistant .words", "A refund");
        page.click("#stop");
        page.text(".assistant .note", "Stopped.");
        assertTrue(page.visible("#send").isDisplayed());
        harness.desk.words.release(100);
        // Else the first attempt could be kept after it was taken back.
        page.until(driver -> harness.desk.sawDisconnect || stored() == 2 ? true : null);
        assertEquals("A refund", page.words(".assistant .words").strip());
        page.click(".assistant button", "Try again");
        page.text(".assistant .words", FakeDesk.REFUND);
        page.count(".bubble", 2);
        assertEquals(2, stored(), "the first attempt is gone");
    }

    @Test
    void anAnswerIsMadeAgain() {
        ask("refund?");
        page.click("[aria-label='Answer again']");
        page.until(driver -> page.isShown("[aria-label='Answer again']") && stored() == 2 ? true : null);
        page.count(".bubble", 2);
    }

    @Test
    void aMessageIsTakenBack() {
        ask("refund?");
        page.visible(".sources");
        ask("refund once more?");
        page.count(".sources", 2);
        page.count("[aria-label='Take back']", 1);
        page.click("[aria-label='Take back']");
        page.count(".bubble", 2);
        page.attribute("#message", "value", "refund once more?");
        page.focusIsAt("message");
        assertEquals(2, stored());
    }

    @Test
    void anAnswerIsCopied() {
        page.browser()
                .executeCdpCommand(
                        "Browser.grantPermissions",
                        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        ask("refund?");
        page.click("[aria-label='Copy']");
        page.text(".said", "Copied");
        assertEquals(
                FakeDesk.REFUND,
                page.browser().executeAsyncScript("navigator.clipboard.readText().then(arguments[0], arguments[0])"));
    }

    @Test
    void aDislikeHasAReason() {
        ask("refund?");
        page.click("[aria-label='Not helpful']");
        page.until(
                ExpectedConditions.attributeToBe(By.cssSelector("[aria-label='Not helpful']"), "aria-pressed", "true"));
        assertEquals(List.of(new Opinion(false, 2, "", "")), harness.desk.feedback);
        page.click(".choice", "Something is missing");
        page.type(".why textarea", "too short");
        page.click(".why .primary");
        page.text(".opinion", "Thank you, noted.");
        assertEquals(List.of(new Opinion(false, 2, "incomplete", "too short")), harness.desk.feedback);
        page.click("[aria-label='Helpful']");
        page.click(".why .quiet");
        page.text(".opinion", "Thank you, noted.");
        assertEquals(List.of(new Opinion(true, 2, "", "")), harness.desk.feedback);
        page.browser().navigate().refresh();
        page.attribute("[aria-label='Helpful']", "aria-pressed", "true");
        page.attribute("[aria-label='Not helpful']", "aria-pressed", "false");
    }

    @Test
    void personalDataIsNotedAndAfterAReloadShownMasked() {
        ask("my mail is me@example.org refund please");
        assertTrue(page.words(".customer .privacy").contains("an email address"));
        page.click(".privacy summary");
        page.text(".stored", "my mail is [EMAIL] refund please");
        page.browser().navigate().refresh();
        page.text(".customer .words", "my mail is [EMAIL] refund please");
        page.text(".assistant .words", FakeDesk.REFUND);
    }

    @Test
    void aPersonIsAskedForComesAndGoes() {
        page.click("#person");
        page.hasText("#banner", "you are next");
        assertFalse(page.isShown("[aria-label='Take back']"), "a person may have read it");
        harness.desk.claim(handoff(), "Ada");
        page.text("#banner", "Ada is with you now.");
        harness.desk.answer(handoff(), "Ada", "Hello, Ada here.");
        page.text(".person .words", "Hello, Ada here.");
        assertTrue(page.words(".person .who").startsWith("Ada"));
        ask("thanks");
        page.visible(".customer .note", "Passed on");
        harness.desk.giveBack(handoff());
        page.gone("#banner");
        assertEquals("The conversation is with the assistant again.", page.words("#log .aside"));
    }

    @Test
    void aConversationIsExported() throws Exception {
        page.browser()
                .executeCdpCommand(
                        "Browser.setDownloadBehavior",
                        Map.of("behavior", "allow", "downloadPath", downloads.toString()));
        page.click("#menu summary");
        page.click("#export");
        page.text("#log .aside", "There is nothing to export yet.");
        ask("refund?");
        page.visible(".sources");
        page.click("#menu summary");
        page.click("#export");
        Path file = downloads.resolve("conversation.json");
        page.until(driver -> Files.exists(file) ? true : null);
        JsonNode export = Json.parse(Files.readAllBytes(file));
        assertEquals("refund?", export.at("/messages/0/text").asText());
    }

    @Test
    void aConversationIsErasedForGood() {
        ask("refund?");
        page.visible(".actions");
        page.click("#menu summary");
        page.click("#erase");
        page.click("#confirm-erase");
        page.text("#log .aside", "Your conversation has been erased.");
        page.focusIsAt("message");
        page.browser().navigate().refresh();
        assertTrue(page.visible("#welcome").isDisplayed());
        assertTrue(page.browser().findElements(By.cssSelector(".bubble")).isEmpty());
    }

    @Test
    void aServerThatIsGoneIsSaidToBe() {
        harness.server.stop();
        ask("refund?");
        assertEquals("The server cannot be reached.", page.words(".failed [role=alert]"));
        page.visible(".failed button", "Try again");
    }

    @Test
    void speaksGermanToo() {
        ask("refund? me@example.org");
        page.visible(".sources");
        page.language("de");
        page.text("#send", "Senden");
        page.text(".sources h2", "Quellen");
        page.hasText(".privacy", "eine E-Mail-Adresse");
        assertEquals("Demitasse – Kundenservice", page.browser().getTitle());
        page.browser().navigate().refresh();
        page.text("#send", "Senden");
        page.language("en");
        page.text("#send", "Send");
    }

    @Test
    void worksWithoutAMouse() {
        page.focusIsAt("message");
        ask("refund?");
        page.visible(".sources");
        page.type("#menu summary", Keys.ENTER);
        page.visible("#erase");
        page.press(Keys.ESCAPE);
        page.gone("#erase");
        assertEquals("summary", page.focused().getTagName());
        page.type("#message", Keys.TAB);
        page.focusIsAt("send");
        WebElement first = page.browser().findElement(By.cssSelector("a, button, select, input, textarea, summary"));
        assertEquals("skip", first.getAttribute("class"));
        page.browser().executeScript("arguments[0].focus()", first);
        page.press(Keys.ENTER);
        page.focusIsAt("message");
    }

    @Test
    void fitsAPhone() {
        page.browser().manage().window().setSize(Axe.PHONE);
        ask("refund? " + "verylongword".repeat(30));
        page.click(".sources summary");
        page.visible(".passage mark");
        page.click("[aria-label='Not helpful']");
        page.visible(".why");
        assertEquals(0L, page.overflow());
        page.browser().manage().window().setSize(Axe.SMALLEST);
        page.language("de");
        assertEquals(0L, page.overflow());
        page.language("en");
    }

    @Test
    void axeWouldFindWhatIsWrong() {
        page.browser().executeScript("document.getElementById('fine').style.color = '#d8d0c8'");
        String found = Axe.find(page.browser()).toString();
        assertTrue(found.contains("color-contrast at #fine"), found);
    }

    @Test
    void axeFindsNothingSerious() {
        Axe.checkBothWidths(page.browser(), "empty");
        ask("refund? me@example.org");
        page.click(".sources summary");
        page.visible(".passage mark");
        page.click(".privacy summary");
        page.click("[aria-label='Not helpful']");
        page.visible(".why");
        Axe.checkBothWidths(page.browser(), "conversation");
        page.click("#menu summary");
        page.visible("#erase");
        Axe.checkBothWidths(page.browser(), "menu");
        page.click("#erase");
        page.visible("#confirm");
        Axe.checkBothWidths(page.browser(), "dialog");
        page.click("#confirm button", "Keep it");
        page.click("#person");
        page.hasText("#banner", "you are next");
        Axe.checkBothWidths(page.browser(), "waiting");
        harness.desk.answer(harness.desk.claim(handoff(), "Ada").id(), "Ada", "Hello, Ada here.");
        page.visible(".bubble.person");
        Axe.checkBothWidths(page.browser(), "with a person");
        harness.server.stop();
        ask("refund?");
        page.visible(".failed");
        Axe.checkBothWidths(page.browser(), "server gone");
    }
}
