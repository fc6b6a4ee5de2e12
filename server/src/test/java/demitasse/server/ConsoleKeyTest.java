package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import demitasse.testkit.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console with keys, in a real browser. Skipped, visibly, where Debian's chromium is not installed. */
class ConsoleKeyTest {
    @TempDir
    private Path folder;

    private String key(KeyRole role) throws IOException {
        return KeyFile.add(folder.resolve("keys"), role.name(), role, LocalDate.of(2026, 11, 28));
    }

    @Test
    void asksForAKeyUntilItsRoleIsEnough() throws Exception {
        String customer = key(KeyRole.CUSTOMER);
        String agent = key(KeyRole.AGENT);
        ChromeDriver browser = Browser.open(folder.resolve("profile"));
        try (Harness harness = new Harness(config -> config.withApiKeyFile(folder.resolve("keys")))) {
            assertEquals(
                    200,
                    harness.post("/v1/assist", "{\"message\":\"a person please\"}")
                            .status());
            WebDriverWait wait = new WebDriverWait(browser, Patience.LIMIT, Duration.ofMillis(50));
            browser.get(harness.server.url() + "/console");
            enter(wait, "wrong");
            enter(wait, customer);
            enter(wait, agent);
            wait.until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector("#list button")));
            WebElement person = browser.findElement(By.id("person"));
            assertEquals("AGENT", person.getAttribute("value"));
            assertEquals("true", person.getAttribute("readOnly"));
            browser.findElement(By.cssSelector("#list button")).click();
            wait.until(ExpectedConditions.elementToBeClickable(By.id("claim"))).click();
            wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("form")));
            assertEquals("AGENT", harness.desk.openHandoffs().getFirst().claimedBy());
            assertNull(browser.executeScript(
                    "return Object.values(localStorage).find(v => v.includes('demitasse_')) ?? null"));
        } finally {
            browser.quit();
        }
    }

    /** The dialog comes by itself, and again where a key is refused. */
    private static void enter(WebDriverWait wait, String key) {
        WebElement field = wait.until(ExpectedConditions.visibilityOfElementLocated(By.id("key")));
        field.clear();
        field.sendKeys(key, Keys.ENTER);
        wait.until(page ->
                key.equals(((ChromeDriver) page).executeScript("return sessionStorage.getItem('demitasse.key')")));
    }
}
