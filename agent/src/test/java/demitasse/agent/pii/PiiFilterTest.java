package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PiiFilterTest {
    private final PiiFilter filter = new PiiFilter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            write to anna.berg@mail.example.com please | write to [EMAIL] please
            call me on (415) 555-2671 tomorrow | call me on [PHONE] tomorrow
            my number is +49 30 901820, ring me | my number is [PHONE], ring me
            card 4111 1111 1111 1111 was charged twice | card [CREDIT_CARD] was charged twice
            card 378282246310005 was refused | card [CREDIT_CARD] was refused
            refund to DE89 3704 0044 0532 0130 00 please | refund to [IBAN] please
            GB82WEST12345698765432 | [IBAN]
            my SSN is 536-22-8726 ok | my SSN is [SSN] ok
            I log in from 192.168.20.44 every day | I log in from [IP] every day
            I was born on 5 May 1982 in Graz | I was born on [DATE_OF_BIRTH] in Graz
            my name is Maria Lopez and I moved | my name is [NAME] and I moved
            my name is xqu zyblonk and i want a quote | my name is [NAME] and i want a quote
            my last name is Blüthgen-Oyelaran. | my last name is [NAME].
            hi, i'm sarah and my parcel is late | hi, i'm [NAME] and my parcel is late
            This is John O'Neil, please help | This is [NAME], please help
            ship it to 12 Baker Street, Springfield, IL 62704 today | ship it to [ADDRESS] today
            paid with 4111.1111.1111.1111 exp 04/27 | paid with [CREDIT_CARD] exp 04/27
            order 58812, (415) 555-2671 | order 58812, [PHONE]
            it's 020 7946 0958, please ring | it's [PHONE], please ring
            my number is 555-200-1234 | my number is [PHONE]
            write to anna at mail dot com | write to [EMAIL]
            536228726 is my social | [SSN] is my social
            """)
    void masksPersonalData(String text, String masked) {
        assertEquals(masked, filter.redact(text).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order #480744793 is late",
                "item 4155552671, article 2065550100",
                "orders 8812 and 00443, ticket no. 5521, claim #90021 and booking 77120",
                "Is Router Basic free, or only Router Pro?",
                "order id 5018-1234-5678",
                "call me on 12/05/2024 at 10:30",
                "please call back on 2024-01-05 10:30",
                "see order 732201349959 status",
                "I do not know how I can see purchase 113542617735902 status",
                "invoice #37777 and bill 00108",
                "policy 3829384918",
                "tracking number 1Z999AA10123456784",
                "My appointment is on 12/04/2024 at 10:30, can I move it?",
                "The blender model HR-2195/01 stopped working after 30 days",
                "firmware version 10.0.2.1 is broken",
                "I'm sorry, this is wrong",
                "my name is wrong on the invoice, and my name is a long one",
                "This is Ridiculous",
                "I'm American and I'd like Whey Isolate",
                "it costs $1,299.00 for 2 to 4 days"
            })
    void leavesOtherNumbersAndWordsAlone(String text) {
        assertEquals(text, filter.redact(text).text());
    }

    @Test
    void countsInCodePoints() {
        Redaction redaction = filter.redact("😀😀 a@b.example x 😀 c@d.example");
        assertEquals("😀😀 [EMAIL] x 😀 [EMAIL]", redaction.text());
        assertEquals(List.of(new PiiSpan("email", 3, 14), new PiiSpan("email", 19, 30)), redaction.spans());
    }

    @Test
    void longestOfOverlappingFindingsStands() {
        // Parts of an IBAN look like phone numbers and cards.
        assertEquals(
                List.of(new PiiSpan("iban", 8, 35)),
                filter.redact("call on FR1420041010050500013M02606 now").spans());
    }

    @Test
    void phoneNumbersOfAnotherRegion() {
        assertEquals(
                "fax: [PHONE]",
                new PiiFilter("DE", PiiTerms.none()).redact("fax: 030 901820").text());
    }
}
