package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
    void aHandoffGivenBackIsNotAResolvedOne() {
        try (Store store = Store.open(null, Clock.fixed(NOON, ZoneOffset.UTC))) {
            store.add("s", "customer", "a person please");
            String id =
                    store.requestHandoff("s", Escalation.Reason.ASKED, "asked").id();
            store.claim(id, "Kim");
            assertEquals(Handoff.State.WAITING, store.release(id).state());
            assertEquals("", store.handoff(id).orElseThrow().claimedBy());
            assertEquals("Lee", store.claim(id, "Lee").claimedBy());
            assertEquals(Handoff.State.RETURNED, store.giveBack(id).state());
            assertEquals(Handoff.State.RETURNED, store.resolve(id).state(), "what is over stays as it ended");
            assertFalse(store.openHandoff("s").isPresent());
            assertThrows(IllegalStateException.class, () -> store.claim(id, "Kim"));
            assertThrows(IllegalStateException.class, () -> store.release(id));
            String next =
                    store.requestHandoff("s", Escalation.Reason.ASKED, "again").id();
            assertEquals(Handoff.State.RESOLVED, store.resolve(next).state());
            assertEquals(Handoff.State.RESOLVED, store.giveBack(next).state());
        }
    }

    @Test
    void whoWaitsForAnAnswerAndSinceWhen() {
        List<Instant> now = new ArrayList<>(List.of(NOON));
        try (Store store = Store.open(null, new SteppingClock(now))) {
            store.add("s", "customer", "a person please");
            Handoff handoff = store.requestHandoff("s", Escalation.Reason.ASKED, "asked");
            assertEquals(handoff.createdAt(), store.unanswered().get(handoff.id()));
            store.answer(handoff.id(), "Kim", "hello");
            assertTrue(store.unanswered().isEmpty());
            now.set(0, NOON.plusSeconds(60));
            long first = store.add("s", "customer", "one more thing");
            now.set(0, NOON.plusSeconds(120));
            store.add("s", "customer", "are you there?");
            Instant asked = store.history("s").stream()
                    .filter(message -> message.id() == first)
                    .findFirst()
                    .orElseThrow()
                    .at();
            assertEquals(asked, store.unanswered().get(handoff.id()));
            store.resolve(handoff.id());
            assertTrue(store.unanswered().isEmpty());
        }
    }

    @Test
    void whatIsTakenBackIsInNoFile() throws IOException {
        try (Store store = Store.open(folder.resolve("back.db"), Clock.systemUTC())) {
            long kept = store.add("s", "customer", "KEEPSAKE");
            store.add("s", "assistant", "yes");
            long gone = store.add("s", "customer", "FORGETME");
            long answer = store.add("s", "assistant", "FORGETME too");
            assertTrue(store.addFeedback("s", new Opinion(false, answer, "wrong", "FORGETME as well")));
            assertFalse(store.takeBack("other", gone));
            assertFalse(store.takeBack("s", answer), "only what the customer wrote");
            assertTrue(store.takeBack("s", gone));
            assertFalse(contains("FORGETME"));
            assertEquals(2, store.history("s").size());
            assertEquals(List.of(), store.session("s").orElseThrow().feedback());
            store.requestHandoff("s", Escalation.Reason.ASKED, "asked");
            assertThrows(IllegalStateException.class, () -> store.takeBack("s", kept));
        }
    }

    @Test
    void aMessageHasOneOpinionTheLast() throws IOException {
        try (Store store = Store.open(folder.resolve("opinions.db"), Clock.systemUTC())) {
            long question = store.add("s", "customer", "question");
            long answer = store.add("s", "assistant", "answer");
            assertFalse(store.addFeedback("s", new Opinion(true, question, "", "")));
            assertFalse(store.addFeedback("other", new Opinion(true, answer, "", "")));
            assertTrue(store.addFeedback("s", new Opinion(false, answer, "wrong", "FORGETME")));
            assertTrue(store.addFeedback("s", new Opinion(true, answer, "clear", "fine")));
            SessionData.Feedback only =
                    store.session("s").orElseThrow().feedback().getFirst();
            assertEquals(1, store.session("s").orElseThrow().feedback().size());
            assertEquals(answer, only.messageId());
            assertEquals("clear", only.reason());
            assertFalse(contains("FORGETME"));
        }
        assertThrows(IllegalArgumentException.class, () -> new Opinion(true, 0, "because", ""));
    }

    @Test
    void cannedRepliesComeAndGo() {
        Path file = folder.resolve("canned.db");
        try (Store store = Store.open(file, Clock.systemUTC())) {
            CannedReplies replies = store.cannedReplies();
            CannedReplies.Canned hello = replies.add("hello", "Hello, {agent} here.");
            CannedReplies.Canned bye = replies.add("Bye", "Goodbye!");
            assertTrue(replies.edit(new CannedReplies.Canned(hello.id(), "Hello", "Hi, {agent} here.")));
            assertTrue(replies.remove(bye.id()));
            assertFalse(replies.remove(bye.id()));
            assertFalse(replies.edit(bye));
        }
        try (Store store = Store.open(file, Clock.systemUTC())) {
            assertEquals(
                    "Hi, {agent} here.", store.cannedReplies().list().getFirst().text());
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
            store.addFeedback("gone", new Opinion(false, 0, "wrong", "FORGETME"));
            assertTrue(contains("FORGETME"));

            assertTrue(store.erase("gone"));
            assertFalse(contains("FORGETME"));
            assertTrue(contains("KEEPSAKE"));
            assertEquals(List.of(), store.history("gone"));
            assertEquals(List.of(), store.openHandoffs());
            assertFalse(store.erase("gone"));
        }
    }

    /** Rows of many sizes, of many sessions, that come and go: pages are split, merged and filled again. */
    @Test
    void noCopyStaysBehindWhereRowsHaveMoved() throws IOException {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            Path file = folder.resolve("moves" + seed + ".db");
            try (Store store = Store.open(file, Clock.systemUTC())) {
                for (int i = 0; i < 800; i++) {
                    int session = random.nextInt(30);
                    int length = random.nextInt(10) == 0 ? random.nextInt(6000) : random.nextInt(300);
                    String word = session == 7 ? "FORGETME " : "keepsake ";
                    store.add("s" + session, "customer", word.repeat(1 + length / word.length()));
                    if (random.nextInt(20) == 0 && session != 7) {
                        store.erase("s" + session);
                    }
                }
                assertTrue(contains("FORGETME"));
                store.erase("s7");
                assertFalse(contains("FORGETME"), "seed " + seed);
            }
        }
    }

    /** As if the process had ended between a removal and the scrubbing. */
    @Test
    void remainsOfAnEarlierProcessAreRemoved() throws Exception {
        Path file = folder.resolve("ended.db");
        try (Store store = Store.open(file, Clock.systemUTC())) {
            store.add("s", "customer", "FORGETME");
            store.add("kept", "customer", "KEEPSAKE");
            store.purge(Retention.FOREVER, null);
        }
        try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = raw.createStatement()) {
            statement.execute("PRAGMA secure_delete = OFF");
            statement.execute("DELETE FROM messages WHERE session = 's'");
            statement.execute("UPDATE upkeep SET due = 1");
        }
        assertTrue(contains("FORGETME"));
        try (Store store = Store.open(file, Clock.systemUTC())) {
            store.purge(Retention.FOREVER, null);
            assertFalse(contains("FORGETME"));
            assertEquals(1, store.history("kept").size());
        }
    }

    @Test
    void whatIsTooOldGoesByItsKind() {
        List<Instant> now = new ArrayList<>(List.of(NOON));
        Retention retention = new Retention(Duration.ofDays(1), Duration.ofDays(9), Duration.ofDays(3));
        try (Store store = Store.open(null, new SteppingClock(now))) {
            store.add("s", "customer", "first");
            Handoff handoff = store.requestHandoff("s", Escalation.Reason.ASKED, "asked");
            store.resolve(handoff.id());
            store.addFeedback("s", new Opinion(true, 0, "", "fine"));
            assertEquals(Set.of(), store.purge(retention, null));
            now.set(0, NOON.plus(Duration.ofDays(1)));
            store.add("s", "customer", "second");
            assertEquals(Set.of("s"), store.purge(retention, null));
            SessionData left = store.session("s").orElseThrow();
            assertEquals(
                    List.of("second"),
                    left.messages().stream().map(StoredMessage::text).toList());
            assertEquals("", left.feedback().getFirst().comment());
            assertEquals(1, left.handoffs().size());
            now.set(0, NOON.plus(Duration.ofDays(3)));
            store.purge(retention, null);
            assertEquals(List.of(), store.session("s").orElseThrow().handoffs());
            now.set(0, NOON.plus(Duration.ofDays(11)));
            store.purge(retention, null);
            assertTrue(store.session("s").isEmpty());
        }
    }

    @Test
    void anOpenHandoffIsLeftAloneForAWeek() {
        List<Instant> now = new ArrayList<>(List.of(NOON));
        Duration hour = Duration.ofHours(1);
        Retention retention = new Retention(hour, hour, hour);
        try (Store store = Store.open(null, new SteppingClock(now))) {
            store.add("s", "customer", "a person please");
            store.requestHandoff("s", Escalation.Reason.ASKED, "asked");
            now.set(0, NOON.plus(Duration.ofDays(6)));
            assertEquals(Set.of(), store.purge(retention, null));
            now.set(0, NOON.plus(Duration.ofDays(7)));
            assertEquals(Set.of("s"), store.purge(retention, null));
            assertTrue(store.session("s").isEmpty());
        }
    }

    @Test
    void whoHasNothingToRemoveRemovesNothing() {
        try (Store store = Store.open(null, Clock.systemUTC())) {
            store.add("s", "customer", "x");
            assertEquals(Set.of(), store.purge(Retention.FOREVER, null));
            assertEquals(Set.of(), store.purge(Retention.FOREVER, "s"));
            assertEquals(1, store.history("s").size());
        }
    }

    /** Who polls for messages after the last one must not miss one because its number was used before. */
    @Test
    void numbersOfMessagesAreNotUsedAgain() {
        List<Instant> now = new ArrayList<>(List.of(NOON));
        try (Store store = Store.open(null, new SteppingClock(now))) {
            store.add("s", "customer", "x");
            store.add("s", "customer", "y");
            long last = store.history("s").getLast().id();
            store.erase("s");
            now.set(0, NOON.plusMillis(5));
            store.add("s", "customer", "z");
            assertTrue(store.history("s").getFirst().id() > last);
        }
    }

    private boolean contains(String word) throws IOException {
        return RawFiles.contain(folder, word);
    }

    @Test
    void oldSessionsArePurged() throws IOException {
        Path file = folder.resolve("old.db");
        try (Store store = Store.open(file, Clock.fixed(NOON.minus(Duration.ofDays(40)), ZoneOffset.UTC))) {
            store.add("old", "customer", "LONGAGO");
        }
        try (Store store = Store.open(file, Clock.fixed(NOON, ZoneOffset.UTC))) {
            store.add("new", "customer", "today");
            assertEquals(Set.of("old"), store.purge(Retention.DEFAULT, null));
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
