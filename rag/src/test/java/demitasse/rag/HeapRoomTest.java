package demitasse.rag;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeapRoomTest {
    @Test
    void whatFitsIsGranted() {
        HeapRoom.need(0);
        HeapRoom.need(Runtime.getRuntime().maxMemory() / 16);
    }

    @Test
    void whatDoesNotFitIsRefusedAtOnce() {
        assertThrows(
                OutOfMemoryError.class, () -> HeapRoom.need(Runtime.getRuntime().maxMemory() + 1));
        assertThrows(OutOfMemoryError.class, () -> HeapRoom.need(Long.MAX_VALUE));
    }

    @Test
    void aFileThatIsReadAsManyNodesAsksFirst() {
        int characters = (int) Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 32);
        byte[] page = "*a* ".repeat(characters / 4).getBytes(StandardCharsets.US_ASCII);
        assertThrows(OutOfMemoryError.class, () -> DocumentReader.read("page.md", page, ""));
    }
}
