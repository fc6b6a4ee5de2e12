package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void handoffGoesFromWaitingToPersonToResolved() {
        try (Store store = Store.open(null, Clock.fixed(NOON, ZoneOffset.UTC))) {
            store.add("s", "customer", "a person please");
            Handoff waiting = store.requestHandoff("s", Escalation.Reason.ASKED, "asked");
            assertEquals(Handoff.State.WAITING, waiting.state());
            assertEquals(waiting, store.requestHandoff("s", Escalation.Reason.ASKED, "asked again"));

            Handoff taken = store.claim(waiting.id(), "Kim");
            assertEquals(Handoff.State.PERSON, taken.state());
            assertEquals(taken, store.claim(waiting.id(), "Kim"));
            assertThrows(IllegalStateException.class, () -> store.claim(waiting.id(), "Lee"));
            assertThrows(IllegalStateException.class, () -> store.answer(waiting.id(), "Lee", "hello"));
            store.answer(waiting.id(), "Kim", "hello");
            assertEquals("hello", store.recent("s", "person", 1).getFirst());

            assertEquals(Handoff.State.RESOLVED, store.resolve(waiting.id()).state());
            assertThrows(IllegalStateException.class, () -> store.claim(waiting.id(), "Kim"));
            assertEquals(List.of(), store.openHandoffs());
            assertThrows(IllegalArgumentException.class, () -> store.claim("nobody", "Kim"));
        }
    }

    @Test
    void mostUrgentHandoffComesFirstAndUrgencyOnlyRises() {
        try (Store store = Store.open(null, Clock.fixed(NOON, ZoneOffset.UTC))) {
            for (String session : List.of("a", "b", "c")) {
                store.add(session, "customer", "x");
                store.requestHandoff(session, Escalation.Reason.ASKED, "");
            }
            store.requestHandoff("b", Escalation.Reason.SELF_HARM, "");
            store.requestHandoff("b", Escalation.Reason.ASKED, "");
            assertEquals(
                    List.of("b", "a", "c"),
                    store.openHandoffs().stream().map(Handoff::sessionId).toList());
            assertEquals("self_harm", store.openHandoffs().getFirst().reason());
        }
    }

    @Test
    void erasedTextIsInNoFile() throws IOException {
        Path file = folder.resolve("conversations.db");
        try (Store store = Store.open(file, Clock.systemUTC())) {
            store.add("kept", "customer", "please keep KEEPSAKE");
            for (int i = 0; i < 200; i++) {
                store.add("gone", "customer", "FORGETME number " + i);
            }
            store.requestHandoff("gone", Escalation.Reason.ASKED, "FORGETME");
            store.addFeedback("gone", false, "FORGETME");
            assertTrue(contains("FORGETME"));

            assertTrue(store.erase("gone"));
            assertFalse(contains("FORGETME"));
            assertTrue(contains("KEEPSAKE"));
            assertEquals(List.of(), store.history("gone"));
            assertEquals(List.of(), store.openHandoffs());
            assertFalse(store.erase("gone"));
        }
    }

    private boolean contains(String word) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void oldSessionsArePurged() throws IOException {
        Path file = folder.resolve("old.db");
        try (Store store = Store.open(file, Clock.fixed(NOON.minus(Duration.ofDays(40)), ZoneOffset.UTC))) {
            store.add("old", "customer", "LONGAGO");
        }
        try (Store store = Store.open(file, Clock.fixed(NOON, ZoneOffset.UTC))) {
            store.add("new", "customer", "today");
            assertEquals(1, store.purgeBefore(NOON.minus(Duration.ofDays(30))));
            assertEquals(List.of(), store.history("old"));
            assertEquals(1, store.history("new").size());
            assertFalse(contains("LONGAGO"));
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.db"), "this is no database, by far".repeat(50));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> Store.open(file, Clock.systemUTC()));
        assertTrue(e.getMessage().contains("broken.db"), e.getMessage());
    }
}
