package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTextTest {
    @Test
    void eachRowNamesItsColumns() {
        String table = """
                Opening hours

                | Place | Saturday | Sunday |
                |---|:-:|---|
                | Shop | 8 am - 6 pm | closed |
                | Café |  | 9 am |

                See you!""";
        String told = """
                Opening hours

                - Shop: Saturday 8 am - 6 pm; Sunday closed
                - Café: Sunday 9 am

                See you!""";
        assertEquals(told, TableText.told(table));
        assertEquals(
                List.of(List.of("- Shop: Saturday 8 am - 6 pm; Sunday closed", "- Café: Sunday 9 am")),
                TableText.rows(table));
    }

    @Test
    void twoColumnsNeedTheirHeadsOnce() {
        String table = "| When you cancel | You get back |\n|---|---|\n| a day before | half. Not more. |";
        assertEquals("When you cancel - You get back:\n- a day before: half; Not more", TableText.told(table));
    }

    @Test
    void withoutARuleNoRowIsAHead() {
        assertEquals("- Visa: 5\n- Giro: 7", TableText.told("| Visa | 5 |\n| Giro | 7 |"));
    }

    @Test
    void barsInTextAreText() {
        for (String text : List.of("a | b", "|", "||", "|  |", "x", "", "5 |x| 6")) {
            TableText.told(text);
        }
        assertEquals("a | b\n|", TableText.told("a | b\n|"));
        String row = TableText.row(List.of("A|B", "C"));
        assertEquals("- A|B: C", TableText.told(row));
    }

    @Test
    void longHeadsDoNotMakeATextManyTimesAsLong() {
        String table = "|a|" + "h".repeat(10_000) + "|b|\n|-|-|-|\n" + "|1|2|3|\n".repeat(10_000);
        assertTrue(TableText.told(table).length() <= 8 * table.length());
        assertTrue(TableText.told(table).contains("- 1: 2; 3"));
    }
}
