package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.agent.Opinion;
import demitasse.rag.DocumentReader;
import demitasse.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Knowledge base and analytics in a real browser, on real stores. */
class OfficePagesTest {
    @TempDir
    private static Path profile;

    private static ChromeDriver browser;
    private static WebDriverWait wait;

    @TempDir
    Path folder;

    private Shop shop;

    @BeforeAll
    static void open() {
        browser = Browser.open(profile);
        wait = new WebDriverWait(browser, Patience.LIMIT, Duration.ofMillis(50));
        wait.ignoring(StaleElementReferenceException.class);
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void start() throws Exception {
        browser.manage().window().setSize(Axe.DESKTOP);
        shop = new Shop(folder);
    }

    @AfterEach
    void stop() {
        browser.get("about:blank");
        shop.close();
    }

    private void go(String path) {
        browser.get(shop.server.url() + path);
    }

    private static WebElement visible(String css) {
        return wait.until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    /** Finds it anew if the page has replaced it meanwhile. */
    private static void click(String css) {
        wait.until(driver -> {
            visible(css).click();
            return true;
        });
    }

    private static void hasText(String css, String text) {
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
    }

    private static void type(String css, String text) {
        WebElement field = visible(css);
        field.clear();
        field.sendKeys(text);
    }

    private static void fitsTheWidth() {
        Object overflow = browser.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertEquals(0L, overflow);
    }

    private static List<String> severeMessages() {
        return browser.manage().logs().get("browser").getAll().stream()
                .map(Object::toString)
                .filter(line -> line.contains("SEVERE"))
                .toList();
    }

    @Test
    void aDocumentIsChangedAddedAndRemoved() throws Exception {
        go("/kb");
        hasText("#origin", "this server's own store");
        hasText("#found", "2 documents");
        click("#list li:nth-child(2) button");
        hasText("#editing", "refund");
        type("#content", "A refund takes 3 working days.");
        click("#save");
        hasText("#saved", "Saved.");
        assertTrue(shop.ask("s", "refund time?").path("answer").asText().contains("3 working days"));

        click("#add");
        type("#title", "Gift <b>cards</b>");
        type("#content", "Gift cards last a year.");
        type("#document-source", "shop");
        visible("#title").sendKeys(Keys.ENTER);
        hasText("#found", "3 documents");
        hasText("#list", "Gift <b>cards</b>");
        assertEquals(
                "Gift cards last a year.",
                shop.documents.document("gift-b-cards-b").orElseThrow().content());

        click("#delete");
        hasText("#confirm-text", "Gift <b>cards</b>");
        click("#confirm-yes");
        hasText("#found", "2 documents");
        assertTrue(shop.documents.document("gift-b-cards-b").isEmpty());
    }

    @Test
    void whatIsNotSavedIsNotLostByAClick() {
        go("/kb");
        click("#list li:nth-child(1) button");
        hasText("#editing", "shipping/parcel");
        assertEquals("A parcel takes <b>two</b> days.", visible("#content").getAttribute("value"));
        visible("#content").sendKeys(" And more.");
        click("#list li:nth-child(2) button");
        click("#confirm button[value=no]");
        wait.until(ExpectedConditions.invisibilityOfElementLocated(By.id("confirm")));
        assertTrue(visible("#content").getAttribute("value").endsWith("And more."));
        click("#list li:nth-child(2) button");
        click("#confirm-yes");
        hasText("#editing", "refund");
    }

    @Test
    void anothersChangeIsNotOverwritten() throws Exception {
        go("/kb");
        click("#list li:nth-child(2) button");
        hasText("#editing", "refund");
        shop.send("PUT", "/v1/kb/document?id=refund", Map.of("title", "Refund time", "content", "By another."));
        type("#content", "By me.");
        click("#save");
        hasText("#form-problem", "Somebody was faster");
        assertEquals("By me.", visible("#content").getAttribute("value"));
        assertEquals(
                "By another.", shop.documents.document("refund").orElseThrow().content());
    }

    @Test
    void aQuestionGetsItsAnswer() throws Exception {
        shop.ask("a", "where is the capital of Peru? I am me@example.org");
        shop.ask("b", "the capital of Peru");
        go("/kb#questions");
        hasText("#topics", "[EMAIL]");
        hasText("#topics", "asked 2 times");
        click("#topics .write");
        hasText("#asked-list", "the capital of Peru");
        type("#title", "Capital of Peru");
        type("#content", "The capital of Peru is Lima.");
        click("#save");
        hasText("#questions-count", "0");
        assertTrue(shop.ask("c", "what is the capital of Peru?")
                .path("answer")
                .asText()
                .contains("Lima"));
        click(".tabs a[href='#questions']");
        assertTrue(visible("#no-questions").isDisplayed());
    }

    @Test
    void filesAreImportedWithAReport() throws Exception {
        Path good = Files.writeString(folder.resolve("gift cards.md"), "# Gift cards\n\nThey last a year.");
        Path bad = Files.writeString(folder.resolve("photo.png"), "no text");
        Path same = Files.writeString(folder.resolve("refund.txt"), "Refund time\n\nA refund takes 9 days.");
        go("/kb#import");
        hasText("#import-about", "2 MB");
        browser.findElement(By.id("files")).sendKeys(good + "\n" + bad + "\n" + same);
        hasText("#import-state", "1 taken, 2 refused.");
        hasText("#report-rows tr:nth-child(1)", "1 new");
        hasText("#report-rows tr:nth-child(2)", "not a file of documents");
        hasText("#report-rows tr:nth-child(3)", "Already there");
        hasText("#documents-count", "3");
        click("#replace-them");
        hasText("#import-state", "1 taken, 0 refused.");
        assertEquals(
                "A refund takes 9 days.",
                shop.documents.document("refund").orElseThrow().content());
        Axe.checkBothWidths(browser, "import");
    }

    @Test
    void aQuestionIsTriedOut() throws Exception {
        go("/kb#try");
        type("#question", "refund time?");
        click("#try-form button");
        hasText("#tried .words", "5 working days");
        hasText("#tried .tag", "would answer");
        hasText("#hits li:nth-child(1)", "Refund time");
        Axe.checkBothWidths(browser, "tried out");
        type("#question", "capital of Peru?");
        visible("#question").sendKeys(Keys.ENTER);
        hasText("#tried .tag", "does not know");
        click("#hits button");
        wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("form")));
        assertEquals(0, shop.get("/v1/analytics").json().path("counts").size(), "nothing is counted");
    }

    @Test
    void saysThatTheDocumentsComeFromFiles() throws Exception {
        Path docs = Files.createDirectory(folder.resolve("docs"));
        Path file = Files.writeString(docs.resolve("fees.md"), "# Fees\n\nThe fees are two euros.");
        shop.documents.fillFrom(docs, DocumentReader.read(docs));
        go("/kb");
        hasText("#origin", docs.toString());
        hasText("#found", "1 document");
        Files.writeString(file, "# Fees\n\nThe fees are four euros.");
        click("#reload");
        click("#confirm-yes");
        hasText("#list", "four euros");
        Axe.checkBothWidths(browser, "from files");
    }

    @Test
    void theKnowledgeBaseIsForEverybody() throws Exception {
        shop.ask("a", "where is the capital of Peru?");
        go("/kb");
        hasText("#found", "2 documents");
        click("#list button");
        visible("#form");
        Axe.check(browser, "editor");
        click("#delete");
        Axe.check(browser, "asks before it deletes");
        click("#confirm button[value=no]");
        browser.manage().window().setSize(Axe.PHONE);
        fitsTheWidth();
        Axe.check(browser, "editor, phone");
        click("#back");
        visible("#list");
        Axe.check(browser, "list, phone");
        fitsTheWidth();
        click(".tabs a[href='#questions']");
        visible("#topics .write");
        Axe.checkBothWidths(browser, "questions");
        new Select(visible("#language")).selectByValue("de");
        hasText("#questions-title", "Fragen ohne Antwort");
        hasText("#topics", "nicht gewusst");
        browser.manage().window().setSize(Axe.PHONE);
        fitsTheWidth();
        new Select(visible("#language")).selectByValue("en");
        assertEquals(List.of(), severeMessages());
    }

    @Test
    void figuresAreDrawnAndTold() throws Exception {
        shop.ask("a", "refund time?");
        shop.now.set(shop.now.get().plus(Duration.ofDays(1)));
        long answer = shop.ask("b", "parcel delivery?").path("message_id").asLong();
        shop.assistant.feedback("b", new Opinion(false, answer, "wrong", "it was <i>three</i> days"));
        shop.ask("b", "what is the capital of Peru?");
        shop.ask("c", "I want to talk to a person");
        shop.assistant.claim(shop.assistant.openHandoff("c").orElseThrow().id(), "Kim");
        go("/analytics");
        hasText("#tiles", "50%");
        hasText("#tiles", "0 customers wait now");
        hasText("#topics", "capital of Peru?");
        hasText("#comments", "it was <i>three</i> days");
        hasText("#charts", "Hand-offs by reason");
        wait.until(ExpectedConditions.numberOfElementsToBe(By.cssSelector("figure svg[role=img]"), 10));
        click("#charts figure:nth-of-type(1) summary");
        hasText("#charts figure:nth-of-type(1) table", "Answered");
        assertEquals(
                31,
                browser.findElements(By.cssSelector("#charts figure:nth-of-type(1) tr"))
                        .size());
        Axe.checkBothWidths(browser, "analytics");
        browser.manage().window().setSize(Axe.PHONE);
        fitsTheWidth();
        new Select(visible("#days")).selectByValue("365");
        wait.until(ExpectedConditions.numberOfElementsToBe(By.cssSelector("#charts figure:nth-of-type(1) tr"), 54));
        new Select(visible("#language")).selectByValue("de");
        hasText("#charts", "Übergaben nach Grund");
        hasText("#charts", "Englisch");
        fitsTheWidth();
        new Select(visible("#language")).selectByValue("en");
        assertEquals(List.of(), severeMessages());
    }

    @Test
    void anEmptyShopHasAPageToo() throws Exception {
        shop.documents.replaceAll(List.of());
        go("/analytics");
        hasText("#charts", "Nothing in this period.");
        Axe.check(browser, "empty analytics");
        go("/kb");
        hasText("#found", "There are no documents yet.");
        Axe.check(browser, "empty knowledge base");
        shop.send("POST", "/v1/kb/documents", Map.of("title", "x"));
        assertFalse(shop.documents.documents().isEmpty());
    }
}
