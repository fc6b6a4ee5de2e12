package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SweeperTest {
    @Test
    void aRoundThatFailsIsNotTheLast() {
        List<String> rounds = new ArrayList<>();
        Iterator<Boolean> pauses = List.of(true, true, true, false).iterator();
        Sweeper.rounds(
                () -> {
                    rounds.add("round");
                    if (rounds.size() == 2) {
                        throw new IllegalStateException("the disk is full");
                    }
                },
                pauses::next);
        assertEquals(3, rounds.size());
    }

    @Test
    void itSweepsAgainAndAgainUntilItIsClosed() throws InterruptedException {
        CountDownLatch rounds = new CountDownLatch(3);
        Sweeper sweeper = Sweeper.every(Duration.ofMillis(1), rounds::countDown);
        rounds.await();
        sweeper.close();
        assertEquals(Thread.State.TERMINATED, sweeper.thread().getState());
    }
}
