package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.agent.Handoff;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;

/** The console for people in a real browser. Skipped, visibly, where Debian's chromium is not installed. */
class ConsolePageTest {
    private static final String ITEM = "#list button";

    @TempDir
    private static Path profile;

    @TempDir
    private Path folder;

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
        page.browser().get(harness.server.url() + "/console");
        page.visible("#empty");
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private void customer(String session, String text) {
        harness.desk.reply(session, text, word -> {});
    }

    private Handoff.State state(String id) {
        return harness.desk.handoff(id).orElseThrow().state();
    }

    /** Ada has a conversation about a refund. */
    private void withAda() {
        customer("s1", "how long does a refund take?");
        customer("s1", "a person please");
        page.type("#person", "Ada", Keys.TAB);
        page.click(ITEM);
        page.click("#claim");
        page.focusIsAt("text");
    }

    private static void reply(String text) {
        page.type("#text", text, Keys.chord(Keys.CONTROL, Keys.ENTER));
    }

    @Test
    void theMostUrgentComesFirst() {
        customer("s1", "a person please, me@example.org");
        customer("s2", "I am hurt, a person please");
        page.count(ITEM, 2);
        assertTrue(page.words(ITEM).startsWith("Emergency"));
        assertTrue(page.words(ITEM).contains("I am hurt"));
        assertEquals("(2) Demitasse console", page.browser().getTitle());
        page.click("#next");
        page.hasText("#banner", "enter your name");
        page.focusIsAt("person");
        page.press("Ada", Keys.TAB);
        page.gone("#banner");
        page.click("#next");
        page.hasText("#list h3", "With you (1)");
        page.focusIsAt("text");
        assertEquals("Safety", page.words("#tags .tag:nth-child(2)"));
    }

    @Test
    void whatAPersonWritesArrivesInTheCustomersPage() {
        String console = page.browser().getWindowHandle();
        page.browser().switchTo().newWindow(WindowType.TAB);
        page.browser().get(harness.server.url() + "/");
        page.type("#message", "a person please", Keys.ENTER);
        page.hasText("#banner", "A person will take over");
        String chat = page.browser().getWindowHandle();

        page.browser().switchTo().window(console);
        page.type("#person", "Ada", Keys.TAB);
        page.click(ITEM);
        page.click("#claim");
        reply("Hello, Ada here.");
        page.text("#history .person .words", "Hello, Ada here.");

        page.browser().switchTo().window(chat);
        page.text(".person .words", "Hello, Ada here.");
        page.text("#banner", "Ada is with you now.");
        page.type("#message", "Thank you!", Keys.ENTER);
        page.visible(".customer .note", "Passed on");

        page.browser().switchTo().window(console);
        page.visible("#history .customer:last-of-type", "Customer");
        page.hasText("#history .customer:last-of-type", "Thank you!");
        page.click("#resolve");
        page.hasText("#history .over", "Resolved.");
        page.browser().switchTo().window(chat);
        page.gone("#banner");
        page.browser().close();
        page.browser().switchTo().window(console);
    }

    @Test
    void maskedTextIsSetApart() {
        customer("s1", "a person please, me@example.org");
        page.click(ITEM);
        page.text("#history .customer .mask", "[EMAIL]");
        assertFalse(page.isShown("#form"), "not taken over yet");
    }

    @Test
    void returnedIsNotResolvedAndAConversationCanWaitAgain() {
        withAda();
        page.click("#release");
        page.visible("#claim");
        assertEquals(Handoff.State.WAITING, state("h1"));
        page.click("#claim");
        page.click("#return");
        page.hasText("#history .over", "Given back, not resolved.");
        assertEquals(Handoff.State.RETURNED, state("h1"));
        page.visible("#empty");
        assertFalse(page.isShown("#form"));
    }

    @Test
    void suggestedAnswersGoIntoTheReply() {
        withAda();
        page.text("#suggest-for", "For: how long does a refund take?");
        page.click("#suggestions .insert");
        page.attribute("#text", "value", FakeDesk.REFUND);
        page.type("#suggest-query", "weather", Keys.ENTER);
        page.text("#suggest-for", "Nothing found for: weather");
        page.click("#send");
        page.text("#history .person .words", FakeDesk.REFUND);
    }

    @Test
    void cannedRepliesAreWrittenUsedChangedAndDeleted() {
        withAda();
        page.visible("#canned-none");
        page.click("#canned-manage");
        page.type("#canned-title-field", "Hello");
        page.type("#canned-text-field", "Hello {customer}, {agent} here.");
        page.click("#canned-form .primary");
        page.count("#canned-rows li", 1);
        page.click("[aria-label='Edit “Hello”']");
        page.type("#canned-title-field", " there");
        page.click("#canned-form .primary");
        page.visible("[aria-label='Edit “Hello there”']");
        page.click("#canned-close");

        page.type("#text", "/");
        page.focusIsAt("canned-filter");
        page.press("hello", Keys.ENTER);
        page.focusIsAt("text");
        page.until(driver -> "Hello Sam, Ada here.".equals(page.focused().getAttribute("value")) ? true : null);

        page.click("#canned-manage");
        page.click("[aria-label='Delete “Hello there”']");
        page.hasText("#canned-rows [role=alert]", "Really delete");
        page.click("#canned-rows .danger");
        page.count("#canned-rows li", 0);
        assertTrue(harness.desk.cannedReplies().list().isEmpty());
    }

    @Test
    void aDraftIsKeptWhileOneLooksElsewhere() {
        withAda();
        customer("s2", "a person please");
        page.count(ITEM, 2);
        page.type("#text", "half a sen");
        page.click("#list ul:last-of-type button");
        page.visible("#claim");
        page.click("#list ul button");
        page.visible("#form");
        page.attribute("#text", "value", "half a sen");
    }

    @Test
    void anErasedConversationGoes() {
        withAda();
        harness.desk.erase("s1");
        page.hasText("#banner", "has erased this conversation");
        page.gone("#detail");
    }

    @Test
    void takenByAColleagueIsSaid() {
        customer("s1", "a person please");
        page.type("#person", "Ada", Keys.TAB);
        page.click(ITEM);
        page.visible("#claim");
        harness.desk.claim("h1", "Bob");
        page.hasText("#tags", "with Bob");
        page.gone("#claim");
        assertFalse(page.isShown("#form"));
        page.hasText("#list h3", "With colleagues (1)");
    }

    @Test
    void asksForAKeyAndGoesOn() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "a-key-of-sufficient-length-1\n");
        try (Harness locked = new Harness(config -> config.withApiKeyFile(keys))) {
            locked.desk.reply("s1", "a person please", word -> {});
            page.browser().get(locked.server.url() + "/console");
            page.type("#key", Keys.ESCAPE);
            page.hasText("#banner", "A valid API key is needed.");
            page.click("#key-again");
            page.type("#key", "wrong", Keys.ENTER);
            page.hasText("#key-dialog [role=alert]", "not accepted");
            page.type("#key", "a-key-of-sufficient-length-1", Keys.ENTER);
            page.visible(ITEM);
        }
    }

    @Test
    void speaksGermanToo() {
        customer("s1", "I am hurt, a person please");
        page.click(ITEM);
        page.language("de");
        page.text("#claim", "Übernehmen");
        page.hasText(ITEM, "Notfall");
        page.hasText("#tags", "Sicherheit");
        page.language("en");
        page.text("#claim", "Take over");
    }

    @Test
    void worksWithoutAMouse() {
        customer("s1", "a person please");
        customer("s2", "a person please");
        page.count(ITEM, 2);
        page.type("#person", "Ada", Keys.TAB);
        page.type("#next", Keys.TAB);
        page.press(Keys.ARROW_DOWN);
        page.until(driver -> "h2".equals(page.focused().getAttribute("data-id")) ? true : null);
        page.press(Keys.ENTER);
        page.focusIsAt("title");
        page.type("#claim", Keys.ENTER);
        page.focusIsAt("text");
        reply("Hello!");
        page.text("#history .person .words", "Hello!");
        page.type("#resolve", Keys.ENTER);
        page.focusIsAt("next");
    }

    @Test
    void aPhoneShowsTheListOrAConversation() {
        page.browser().manage().window().setSize(Axe.PHONE);
        withAda();
        assertFalse(page.isShown("#queue"));
        assertEquals(0L, page.overflow());
        page.click("#help-toggle");
        page.click("#suggestions .insert");
        page.gone("#help");
        page.attribute("#text", "value", FakeDesk.REFUND);
        page.click("#back");
        page.visible("#queue");
        assertFalse(page.isShown("#detail"));
        page.browser().manage().window().setSize(Axe.SMALLEST);
        assertEquals(0L, page.overflow());
    }

    @Test
    void aServerThatIsGoneIsSaidToBe() {
        harness.server.stop();
        page.hasText("#banner", "connection is lost");
    }

    @Test
    void axeFindsNothingSerious() {
        Axe.checkBothWidths(page.browser(), "empty");
        customer("s0", "I am hurt, a person please");
        customer("s2", "a person please");
        withAda();
        harness.desk.cannedReplies().add("Hello", "Hello, {agent} here.");
        reply("Hello, me@example.org");
        page.visible("#history .person");
        page.visible("#suggest-for");
        Axe.checkBothWidths(page.browser(), "conversation");
        page.click("#canned-manage");
        page.count("#canned-rows li", 1);
        Axe.checkBothWidths(page.browser(), "canned replies");
        page.click("[aria-label='Delete “Hello”']");
        page.visible("#canned-rows .danger");
        Axe.checkBothWidths(page.browser(), "really delete");
        page.click("#canned-close");
        page.browser().manage().window().setSize(Axe.PHONE);
        page.click("#help-toggle");
        page.visible("#help.shown");
        Axe.check(page.browser(), "help on a phone");
        page.click("#help-toggle");
        page.click("#back");
        page.visible("#queue");
        Axe.checkBothWidths(page.browser(), "queue");
        harness.server.stop();
        page.hasText("#banner", "connection is lost");
        Axe.checkBothWidths(page.browser(), "server gone");
    }
}
