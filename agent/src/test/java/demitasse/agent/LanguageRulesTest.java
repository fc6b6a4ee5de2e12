package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of other languages than English on messages that were written before them. */
class LanguageRulesTest {
    private static final String FOLDER = "languages/";
    private static final String NONE = "none";

    private final Escalation escalation = new Escalation(LanguageFiles.bundled());
    private final SmallTalk smallTalk = new SmallTalk(LanguageFiles.bundled());

    private record Case(String expected, String text) {}

    private static List<Case> cases(String name) {
        List<Case> cases = new ArrayList<>();
        for (String line : WordList.text(FOLDER + name).split("\n")) {
            if (!line.startsWith("#")) {
                int tab = line.indexOf('\t');
                cases.add(new Case(line.substring(0, tab), line.substring(tab + 1)));
            }
        }
        return cases;
    }

    private String reason(String text, Languages shop) {
        return escalation
                .byRules(Heard.of(text, text, shop))
                .map(found -> found.reason().label())
                .orElse(NONE);
    }

    private void check(String name, UnaryOperator<String> rules) {
        List<String> wrong = new ArrayList<>();
        for (Case one : cases(name)) {
            String found = rules.apply(one.text);
            if (!found.equals(one.expected)) {
                wrong.add(one.expected + " but " + found + ": " + one.text);
            }
        }
        assertEquals(
                List.of(), wrong, () -> wrong.size() + " of " + cases(name).size() + "\n" + String.join("\n", wrong));
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "es", "fr"})
    void aShopOfTheLanguageKnowsWhoNeedsAPerson(String code) {
        Languages shop = new Languages(code);
        check("escalation." + code + ".txt", text -> reason(text, shop));
    }

    @ParameterizedTest
    @CsvSource({"de,en", "es,en", "fr,en", "de,fr", "es,de", "fr,es"})
    void aShopOfAnotherLanguageDoes(String code, String spoken) {
        Languages shop = new Languages(spoken);
        check("escalation." + code + ".txt", text -> reason(text, shop));
    }

    /** The rules of all languages that a message may be in are tried: they must not meet by chance. */
    @Test
    void englishIsLeftAlone() {
        Languages shop = new Languages("en, de, es, fr");
        for (String text :
                List.of("is the human figure in stock", "do you have a gas grill", "will it fit a person of 2 m")) {
            assertEquals(NONE, reason(text, shop), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "es", "fr"})
    void aShopOfTheLanguageKnowsSmallTalk(String code) {
        Languages shop = new Languages(code);
        check(
                "small-talk." + code + ".txt",
                text -> smallTalk
                        .byRules(Heard.of(text, text, shop))
                        .map(SmallTalk.Found::kind)
                        .orElse(NONE));
    }

    /** Nobody is told that his language is not spoken where it is: the list of small words is short, and languages share them. */
    @ParameterizedTest
    @CsvSource({"de,escalation", "de,small-talk", "es,escalation", "es,small-talk", "fr,escalation", "fr,small-talk"})
    void nothingOfTheLanguageIsForeignToAShopOfIt(String code, String kind) {
        Languages shop = new Languages(code);
        List<String> foreign = cases(kind + "." + code + ".txt").stream()
                .map(Case::text)
                .filter(text -> shop.foreign(text).isPresent())
                .map(text -> shop.foreign(text).get() + ": " + text)
                .toList();
        assertEquals(List.of(), foreign);
    }
}
