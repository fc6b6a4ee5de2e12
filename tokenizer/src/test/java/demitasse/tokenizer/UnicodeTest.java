package demitasse.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnicodeTest {
    @Test
    void whatIsNewerThanTheReferenceTablesIsUnassigned() {
        int letterOfUnicode16 = 0x1C89;
        assertTrue(Unicode.isTooNew(letterOfUnicode16));
        assertEquals(Unicode.Category.OTHER, Unicode.category(letterOfUnicode16));
        assertEquals(letterOfUnicode16, Unicode.lowerCase(letterOfUnicode16));
        assertTrue(Unicode.isTooNew(0x1FBEF));
        assertFalse(Unicode.isTooNew(0x1FBF0));
        assertFalse(Unicode.isTooNew(0x1CFF));
        assertFalse(Unicode.isTooNew('a'));
    }

    @Test
    void theBaseIsTheFirstCodePointOfTheDecomposition() {
        assertEquals('e', Unicode.base(0xE9));
        assertEquals(0x1112, Unicode.base(0xD55C));
        assertEquals(0x4E2D, Unicode.base(0x4E2D));
    }

    @Test
    void surrogatesThatStandAloneAreReplaced() {
        assertEquals("a\ufffdb\ufffd", Unicode.wellFormed("a\ud83db\ude00"));
        String fine = "a\ud83d\ude00";
        assertSame(fine, Unicode.wellFormed(fine));
    }
}
