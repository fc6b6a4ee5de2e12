package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionPoolTest {
    private final List<Integer> closed = new ArrayList<>();
    private int made;

    private final SessionPool<AutoCloseable> pool = new SessionPool<>(2, () -> {
        int number = made++;
        return () -> closed.add(number);
    });

    @Test
    void aConversationComesBackToItsContext() {
        var a = pool.take(new int[] {1, 2, 3, 10});
        var b = pool.take(new int[] {1, 20, 21});
        assertNotSame(a, b);
        assertSame(a, pool.take(new int[] {1, 2, 3, 10, 11, 12}));
        assertSame(b, pool.take(new int[] {1, 20, 21, 22}));
    }

    @Test
    void aSharedSystemPromptIsNoContinuation() {
        var a = pool.take(new int[] {1, 2, 3, 10, 11, 12, 13});
        assertNotSame(a, pool.take(new int[] {1, 2, 3, 20}));
    }

    @Test
    void theLongestIdleGivesWay() {
        var a = pool.take(new int[] {1, 10});
        var b = pool.take(new int[] {2, 20});
        pool.take(new int[] {1, 10, 11});
        assertSame(b, pool.take(new int[] {3, 30}));
        assertSame(a, pool.take(new int[] {1, 10, 11, 12}));
        assertEquals(2, made);
    }

    @Test
    void aFailedContextIsReplaced() {
        var a = pool.take(new int[] {1});
        pool.discard(a);
        assertEquals(List.of(0), closed);
        assertNotSame(a, pool.take(new int[] {1}));
        pool.close();
        assertEquals(List.of(0, 1), closed);
        assertEquals(0, pool.size());
    }
}
