package demitasse.server;

import demitasse.testkit.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A browser, and how to wait for what a page will show. */
record Page(ChromeDriver browser, WebDriverWait waiting) implements AutoCloseable {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Duration LOOK = Duration.ofMillis(50);

    /** Skips the test, visibly, without a browser. */
    static Page open(Path profile) {
        ChromeDriver browser = Browser.open(profile);
        browser.manage().timeouts().scriptTimeout(PATIENCE);
        WebDriverWait wait = new WebDriverWait(browser, PATIENCE, LOOK);
        // A page that shows something new may take out what was found a moment before, or lie over it.
        wait.ignoring(StaleElementReferenceException.class);
        wait.ignoring(ElementNotInteractableException.class);
        return new Page(browser, wait);
    }

    <T> T until(ExpectedCondition<T> condition) {
        return waiting.until(condition);
    }

    WebElement visible(String css) {
        return until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    /** The first element whose text begins so. */
    WebElement visible(String css, String beginning) {
        return until(driver -> find(driver, css, beginning));
    }

    /** Null if it is not there now. */
    private static WebElement find(WebDriver driver, String css, String beginning) {
        return driver.findElements(By.cssSelector(css)).stream()
                .limit(beginning.isEmpty() ? 1 : Long.MAX_VALUE)
                .filter(element ->
                        element.isDisplayed() && element.getText().strip().startsWith(beginning))
                .findFirst()
                .orElse(null);
    }

    /** Finds it, and does that to it; anew if it is replaced between the two. */
    private <T> T use(String css, String beginning, Function<WebElement, T> work) {
        return until(driver -> {
            WebElement found = find(driver, css, beginning);
            return found == null ? null : work.apply(found);
        });
    }

    void gone(String css) {
        until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
    }

    void click(String css) {
        click(css, "");
    }

    /** The first one whose text begins so. */
    void click(String css, String beginning) {
        use(css, beginning, element -> {
            element.click();
            return true;
        });
    }

    void type(String css, CharSequence... keys) {
        use(css, "", element -> {
            element.sendKeys(keys);
            return true;
        });
    }

    /** Types where the keyboard is. */
    void press(CharSequence... keys) {
        until(driver -> {
            focused().sendKeys(keys);
            return true;
        });
    }

    String words(String css) {
        return use(css, "", WebElement::getText);
    }

    /** Waits until an element has this attribute, or what is typed into it is this. */
    void attribute(String css, String name, String value) {
        use(css, "", element -> value.equals(element.getAttribute(name)) ? true : null);
    }

    boolean isShown(String css) {
        List<WebElement> found = browser.findElements(By.cssSelector(css));
        return !found.isEmpty() && found.getFirst().isDisplayed();
    }

    /** Waits until an element has exactly this text. */
    void text(String css, String text) {
        String pattern = "\\s*" + Pattern.quote(text) + "\\s*";
        until(ExpectedConditions.textMatches(By.cssSelector(css), Pattern.compile(pattern)));
    }

    void hasText(String css, String part) {
        until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), part));
    }

    void count(String css, int number) {
        until(ExpectedConditions.numberOfElementsToBe(By.cssSelector(css), number));
    }

    /** The element that the keyboard is at. */
    WebElement focused() {
        return browser.switchTo().activeElement();
    }

    void focusIsAt(String id) {
        until(driver -> id.equals(focused().getAttribute("id")) ? true : null);
    }

    void language(String code) {
        new Select(visible("select.language")).selectByValue(code);
        until(ExpectedConditions.attributeToBe(By.tagName("html"), "lang", code));
    }

    /** How many pixels of the page stand out beyond the window, to the right and below. */
    long overflow() {
        return (Long) browser.executeScript("const page = document.documentElement;"
                + "return page.scrollWidth - page.clientWidth + page.scrollHeight - page.clientHeight");
    }

    @Override
    public void close() {
        browser.quit();
    }
}
