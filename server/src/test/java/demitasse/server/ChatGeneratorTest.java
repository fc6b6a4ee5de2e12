package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import demitasse.agent.TextGenerator;
import demitasse.agent.TextGenerator.Message;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.FinishReason;
import demitasse.testkit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatGeneratorTest {
    private static final List<Message> QUESTION = List.of(new Message("system", "be kind"), new Message("user", "hi"));

    private final FakeModel model = new FakeModel();
    private final ChatGenerator generator = new ChatGenerator(new ChatEngine(model, 1));

    @AfterEach
    void close() {
        generator.close();
    }

    @Test
    void passesTheConversationAndThePieces() {
        StringBuilder pieces = new StringBuilder();
        assertEquals("one two three", generator.generate(QUESTION, 4, pieces::append));
        assertEquals("one two three", pieces.toString());
        assertEquals(List.of(new ChatMessage("system", "be kind"), new ChatMessage("user", "hi")), model.lastMessages);
        assertEquals(0f, model.lastOptions.sampling().temperature());
    }

    @Test
    void saysForWhichSessionItGeneratesAndForgets() {
        ScopedValue.where(TextGenerator.SESSION, "s").run(() -> generator.generate(QUESTION, 1, text -> {}));
        assertEquals("s", model.lastSession);
        generator.generate(QUESTION, 1, text -> {});
        assertEquals("", model.lastSession);
        generator.forget("s");
        assertEquals(Set.of("s"), model.forgotten);
    }

    @Test
    void worksOnAsManyAtOnceAsItMay() throws Exception {
        model.words = new Semaphore(0);
        try (ChatGenerator two = new ChatGenerator(new ChatEngine(model, 2, 2));
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(threads.submit(() -> two.generate(QUESTION, 1, text -> {})));
            }
            Lane lane = two.engine().lane();
            Patience.until(() -> lane.running() == 2 && lane.waiting() == 1);
            model.words.release(3);
            for (Future<String> answer : answers) {
                assertEquals("one", answer.get());
            }
        }
    }

    @Test
    void stopsWhenTheReceiverThrows() throws Exception {
        model.words = new Semaphore(2);
        assertThrows(
                ArithmeticException.class,
                () -> generator.generate(QUESTION, Integer.MAX_VALUE, text -> {
                    if (text.contains("two")) {
                        throw new ArithmeticException();
                    }
                }));
        model.words.release();
        Patience.await(model.ended);
        assertEquals(FinishReason.CANCELLED, model.lastReason);
    }

    @Test
    void stopsWhenNobodyIsThereAnyMore() throws Exception {
        model.words = new Semaphore(3);
        Runnable gone = () -> {
            throw new ClientGoneException(null);
        };
        assertThrows(
                ClientGoneException.class,
                () -> ScopedValue.where(ChatGenerator.PULSE, gone)
                        .call(() -> generator.generate(QUESTION, Integer.MAX_VALUE, text -> {})));
        model.words.release(1_000_000);
        Patience.await(model.ended);
        assertEquals(FinishReason.CANCELLED, model.lastReason);
    }

    @Test
    void halfAnAnswerIsNoAnswer() {
        model.words = new Semaphore(3);
        assertThrows(
                ApiException.class,
                () -> generator.generate(QUESTION, Integer.MAX_VALUE, text -> {
                    if (text.contains("two")) {
                        generator.engine().cancelAll();
                        model.words.release(1_000_000);
                    }
                }));
    }
}
