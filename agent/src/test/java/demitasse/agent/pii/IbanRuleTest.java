package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.IBANValidator;
import org.apache.commons.validator.routines.checkdigit.CheckDigitException;
import org.apache.commons.validator.routines.checkdigit.IBANCheckDigit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IbanRuleTest {
    private static final Pattern PART = Pattern.compile("(\\\\d|\\[A-Z]|\\[A-Z0-9])\\{(\\d+)}");
    private final PiiFilter filter = PiiFilter.rulesOnly();

    /** A number of each country that has a format. */
    static List<String> oneOfEachCountry() throws CheckDigitException {
        List<String> ibans = new ArrayList<>();
        for (String country : Locale.getISOCountries()) {
            IBANValidator.Validator format = IBANValidator.getInstance().getValidator(country);
            if (format != null) {
                StringBuilder account = new StringBuilder();
                Matcher part =
                        PART.matcher(format.getRegexValidator().getPatterns()[0].toString());
                while (part.find()) {
                    for (int i = 0; i < Integer.parseInt(part.group(2)); i++) {
                        account.append(part.group(1).contains("A") ? 'K' : (char) ('1' + (account.length() * 7) % 9));
                    }
                }
                String body = account.substring(2);
                String check = IBANCheckDigit.IBAN_CHECK_DIGIT.calculate(country + "00" + body);
                ibans.add(country + check + body);
            }
        }
        assertTrue(ibans.size() >= 75, ibans.size() + " countries");
        return ibans;
    }

    @ParameterizedTest
    @MethodSource("oneOfEachCountry")
    void knowsEachCountry(String iban) {
        String grouped = iban.replaceAll("(.{4})(?=.)", "$1 ");
        assertEquals(
                "to [IBAN], thanks", filter.redact("to " + iban + ", thanks").text());
        assertEquals(
                "to [IBAN] for 3 days",
                filter.redact("to " + grouped + " for 3 days").text());
        assertEquals("[IBAN]", filter.redact(grouped.toLowerCase(Locale.ROOT)).text());
        char last = iban.charAt(iban.length() - 1);
        String wrong = iban.substring(0, iban.length() - 1) + (last == '9' ? '1' : (char) (last + 1));
        assertTrue(!filter.redact("article " + wrong).text().contains("[IBAN]"), wrong);
    }

    @Test
    void mistypedButCalledSo() {
        assertEquals(
                "my IBAN is [IBAN]",
                filter.redact("my IBAN is DE89 3704 0044 0532 0130 01").text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO9386011117947", // 15 characters, the shortest
                "MT84MALT011000012345MTLCAST001S", // 31
                "FR1420041010050500013M02606",
                "GB29 NWBK 6016 1331 9268 19",
                "CH93-0076-2011-6238-5295-7"
            })
    void knowsTheExamplesOfTheRegistry(String iban) {
        assertEquals("[IBAN]", filter.redact(iban).text());
    }
}
