package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionPoolTest {
    private final List<Integer> closed = new ArrayList<>();
    private int made;
    private long nanos;

    private final SessionPool<AutoCloseable> pool = new SessionPool<>(
            2,
            () -> {
                int number = made++;
                return () -> closed.add(number);
            },
            () -> nanos);

    /** As a generation that is over. */
    private SessionPool.Slot<AutoCloseable> use(int... prompt) {
        var slot = pool.take(prompt, "");
        pool.giveBack(slot);
        return slot;
    }

    @Test
    void nobodyGetsAContextThatIsInUse() {
        var a = pool.take(new int[] {1, 2, 3}, "");
        var b = pool.take(new int[] {1, 2, 3, 4}, "");
        assertNotSame(a, b);
        assertThrows(IllegalStateException.class, () -> pool.take(new int[] {5}, ""));
        pool.giveBack(a);
        assertSame(a, pool.take(new int[] {5}, ""));
    }

    @Test
    void aConversationComesBackToItsContext() {
        var a = use(1, 2, 3, 10);
        var b = use(1, 20, 21);
        assertNotSame(a, b);
        assertSame(a, use(1, 2, 3, 10, 11, 12));
        assertSame(b, use(1, 20, 21, 22));
    }

    @Test
    void aSharedSystemPromptIsNoContinuation() {
        var a = use(1, 2, 3, 10, 11, 12, 13);
        assertNotSame(a, use(1, 2, 3, 20));
    }

    @Test
    void theLongestIdleGivesWay() {
        var a = use(1, 10);
        var b = use(2, 20);
        use(1, 10, 11);
        assertSame(b, use(3, 30));
        assertSame(a, use(1, 10, 11, 12));
        assertEquals(2, made);
    }

    @Test
    void aFailedContextIsReplaced() {
        var a = use(1);
        pool.discard(a);
        assertEquals(List.of(0), closed);
        assertNotSame(a, use(1));
        pool.close();
        assertEquals(List.of(0, 1), closed);
        assertEquals(0, pool.size());
    }

    @Test
    void whatIsForgottenGoesWhenNobodyUsesIt() {
        var a = pool.take(new int[] {1}, "a");
        var b = pool.take(new int[] {2}, "b");
        pool.giveBack(b);
        pool.forget("a");
        assertEquals(List.of(), closed, "in use");
        pool.giveBack(a);
        assertEquals(List.of(0), closed);
        pool.forget("a");
        assertSame(b, pool.take(new int[] {2, 3}, "c"));
        pool.giveBack(b);
        pool.forget("b");
        assertEquals(List.of(0), closed, "another goes on with it");
        pool.forget("c");
        assertEquals(List.of(0, 1), closed);
    }

    @Test
    void whatNobodyUsesIsForgotten() {
        use(1, 10);
        nanos = 5;
        use(2, 20);
        nanos = 12;
        pool.forgetUnused(Duration.ofNanos(10));
        assertEquals(List.of(0), closed);
    }
}
