package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The pages in a real browser. Skipped, visibly, where Debian's chromium is not installed. */
class PagesTest {
    @TempDir
    private static Path profile;

    private static ChromeDriver browser;
    private static WebDriverWait wait;
    private Harness harness;

    @BeforeAll
    static void open() {
        browser = Browser.open(profile);
        wait = new WebDriverWait(browser, Duration.ofSeconds(15), Duration.ofMillis(50));
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void start() throws Exception {
        harness = new Harness();
        browser.get(harness.server.url() + "/");
    }

    @AfterEach
    void stop() {
        harness.desk.words = null;
        harness.close();
    }

    private static WebElement visible(String css) {
        return wait.until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    private static void text(String css, String text) {
        String pattern = "\\s*" + Pattern.quote(text) + "\\s*";
        wait.until(ExpectedConditions.textMatches(By.cssSelector(css), Pattern.compile(pattern)));
    }

    private static void ask(String text) {
        visible("#message").sendKeys(text, Keys.ENTER);
    }

    @Test
    void aStreamedAnswerWithSources() {
        harness.desk.words = new Semaphore(2);
        ask("How long does a refund take?");
        text(".assistant .words", "A refund");
        assertEquals("true", visible("#log").getAttribute("aria-busy"));
        assertTrue(visible("#stop").isDisplayed());
        harness.desk.words.release(100);
        text(".assistant .words", FakeDesk.REFUND);
        WebElement source = visible(".sources details");
        assertEquals("Refunds policies", source.getText().replaceAll("\\s+", " "));
        source.findElement(By.tagName("summary")).click();
        assertTrue(visible(".sources blockquote").getText().contains("<b>Cards</b>"), "documents are text, not markup");
        assertEquals("false", visible("#log").getAttribute("aria-busy"));
        assertFalse(browser.findElement(By.id("stop")).isDisplayed());
        assertFalse(browser.findElement(By.id("banner")).isDisplayed());
    }

    @Test
    void anAnswerCanBeStopped() {
        harness.desk.words = new Semaphore(2);
        ask("refund?");
        text(".assistant .words", "A refund");
        visible("#stop").click();
        text(".assistant .note", "Stopped.");
        assertTrue(visible("#send").isDisplayed());
        harness.desk.words.release(100);
        assertEquals("A refund", visible(".assistant .words").getText().strip());
    }

    @Test
    void aPersonTakesOverAndTheReplyArrives() {
        ask("I want to talk to a person");
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.id("banner"), "A person will take over"));
        String chat = browser.getWindowHandle();

        browser.switchTo().newWindow(WindowType.TAB);
        String console = browser.getWindowHandle();
        browser.get(harness.server.url() + "/console");
        visible("#person").sendKeys("Ada");
        visible("#list button").click();
        visible("#claim").click();
        visible("#text").sendKeys("Hello, Ada here.");
        visible("#send").click();
        text("#history .person .words", "Hello, Ada here.");

        browser.switchTo().window(chat);
        text(".person .words", "Hello, Ada here.");
        text("#banner", "Ada is with you now.");

        browser.switchTo().window(console);
        visible("#resolve").click();
        text("#history .aside", "Resolved: the assistant has this conversation again.");
        browser.close();
        browser.switchTo().window(chat);
        wait.until(ExpectedConditions.invisibilityOfElementLocated(By.id("banner")));
    }

    @Test
    void personalDataIsNotedAndAfterAReloadShownMasked() {
        ask("my mail is me@example.org, refund please");
        assertTrue(visible(".customer .privacy").getText().contains("an email address"));
        browser.navigate().refresh();
        text(".customer .words", "my mail is [EMAIL] refund please");
        text(".assistant .words", FakeDesk.REFUND);
    }

    @Test
    void feedbackIsSent() {
        ask("refund?");
        visible(".verdict button").click();
        wait.until(ExpectedConditions.attributeToBe(By.cssSelector(".verdict button"), "aria-pressed", "true"));
        assertEquals(1, harness.desk.feedback.size());
    }

    @Test
    void aConversationIsErasedForGood() {
        ask("refund?");
        visible(".verdict");
        visible("#menu summary").click();
        visible("#erase").click();
        visible("#confirm-erase").click();
        text("#log .aside", "Your conversation has been erased.");
        browser.navigate().refresh();
        assertTrue(visible("#welcome").isDisplayed());
        assertTrue(browser.findElements(By.cssSelector(".bubble")).isEmpty());
    }

    @Test
    void aServerThatIsGoneIsSaidToBe() {
        harness.server.stop();
        ask("refund?");
        assertEquals(
                "The server cannot be reached.", visible(".failed [role=alert]").getText());
        assertEquals("Try again", visible(".failed button").getText());
    }

    @Test
    void fitsAPhone() {
        browser.manage().window().setSize(new Dimension(375, 700));
        ask("refund? " + "verylongword".repeat(30));
        visible(".sources");
        Object overflow = browser.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertEquals(0L, overflow);
    }
}
