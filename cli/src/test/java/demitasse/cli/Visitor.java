package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.RawFiles;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * Writes to a server until it dies, one request after the other, and remembers what the server has acknowledged. What
 * was under way when it died may have happened or not.
 */
final class Visitor {
    private static final List<String> STATES = List.of("waiting", "person", "resolved");

    /** What is known of a session: answers in order, what a person wrote, a hand-off and the least state it is in. */
    private static final class Known {
        private final List<String> answers = new ArrayList<>();
        private final List<String> persons = new ArrayList<>();
        /** Messages that were answered. */
        private int said;

        private String word;
        private String handoff;
        private String state = STATES.getFirst();
        private int feedback;
        /** Asked for, and acknowledged. */
        private boolean erasing;

        private boolean erased;
    }

    private final HttpClient client;
    private final Random random;
    private final String name;
    private final Map<String, Known> sessions = new LinkedHashMap<>();
    private int acknowledged;

    Visitor(HttpClient client, String name, Random random) {
        this.client = client;
        this.name = name;
        this.random = random;
    }

    int acknowledged() {
        return acknowledged;
    }

    /** @param first counted down when something has been acknowledged */
    void visit(ServeProcess server, CountDownLatch first) throws InterruptedException {
        try {
            while (true) {
                step(server);
                acknowledged++;
                first.countDown();
            }
        } catch (IOException e) {
            // Killed, as it should be.
        } finally {
            first.countDown();
        }
    }

    private void step(ServeProcess server) throws IOException, InterruptedException {
        List<String> old = sessions.keySet().stream()
                .filter(id -> !sessions.get(id).erasing)
                .toList();
        boolean fresh = old.isEmpty() || random.nextInt(4) == 0;
        String id = fresh ? name + "-" + sessions.size() : old.get(random.nextInt(old.size()));
        Known known = sessions.computeIfAbsent(id, key -> new Known());
        int kind = fresh ? 0 : random.nextInt(10);
        if (kind == 9) {
            erase(server, id, known);
        } else if (kind == 8) {
            say(server, id, known, "I want to talk to a person");
        } else if (kind >= 6 && known.handoff != null) {
            advance(server, known);
        } else if (kind == 5 && !known.answers.isEmpty()) {
            good(server, "POST", "/v1/feedback", "{\"session\":\"" + id + "\",\"helpful\":true}", 204);
            known.feedback++;
        } else {
            known.word = word();
            say(server, id, known, "how long does a refund take for the " + known.word + " teapot?");
        }
    }

    /** A word that stands nowhere else. */
    private String word() {
        StringBuilder word = new StringBuilder("qx");
        for (int i = 0; i < 12; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    private void say(ServeProcess server, String id, Known known, String message)
            throws IOException, InterruptedException {
        String body = "{\"session\":\"" + id + "\",\"message\":\"" + message + "\"}";
        JsonNode reply = good(server, "POST", "/v1/assist", body, 200);
        known.said++;
        if (reply.hasNonNull("message_id")) { // that a message was passed on is told, and not kept
            known.answers.add(reply.path("answer").asText());
        }
        if (reply.path("escalated").asBoolean() && (known.handoff == null || known.state.equals(STATES.getLast()))) {
            for (JsonNode open : good(server, "GET", "/v1/handoffs", "", 200).path("data")) {
                if (open.path("session").asText().equals(id)) {
                    known.handoff = open.path("id").asText();
                    known.state = open.path("state").asText();
                }
            }
        }
    }

    private void advance(ServeProcess server, Known known) throws IOException, InterruptedException {
        String path = "/v1/handoffs/" + known.handoff;
        int state = STATES.indexOf(known.state);
        if (state == 0) {
            good(server, "POST", path + "/claim", "{\"person\":\"Ada\"}", 200);
            known.state = STATES.get(1);
        } else if (state == 1 && random.nextBoolean()) {
            String text = "the " + word() + " is on its way";
            good(server, "POST", path + "/reply", "{\"person\":\"Ada\",\"text\":\"" + text + "\"}", 200);
            known.persons.add(text);
        } else if (state == 1) {
            good(server, "POST", path + "/resolve", "{}", 200);
            known.state = STATES.get(2);
        }
    }

    private void erase(ServeProcess server, String id, Known known) throws IOException, InterruptedException {
        known.erasing = true;
        server.send(client, "DELETE", "/v1/sessions/" + id, "");
        known.erased = true;
    }

    private JsonNode good(ServeProcess server, String method, String path, String body, int status)
            throws IOException, InterruptedException {
        ServeProcess.Answer answer = server.send(client, method, path, body);
        assertEquals(status, answer.status(), () -> method + " " + path + ": " + answer.body());
        return JsonLines.JSON.readTree(answer.body());
    }

    /** Fails unless the server still has everything that it has acknowledged, and nothing that it said it erased. */
    void check(ServeProcess server, Path data) throws IOException, InterruptedException {
        for (var entry : sessions.entrySet()) {
            Known known = entry.getValue();
            String id = entry.getKey();
            if (known.erased) {
                assertEquals(
                        404,
                        server.send(client, "GET", "/v1/sessions/" + id, "").status(),
                        id);
                assertFalse(RawFiles.contain(data, known.word), () -> "remains of " + id);
            } else if (!known.erasing && !known.answers.isEmpty()) {
                checkKept(server, id, known);
            }
        }
    }

    private void checkKept(ServeProcess server, String id, Known known) throws IOException, InterruptedException {
        JsonNode kept = good(server, "GET", "/v1/sessions/" + id + "/export", "", 200);
        assertSubsequence(known.answers, texts(kept, "assistant"), id);
        assertSubsequence(known.persons, texts(kept, "person"), id);
        assertTrue(kept.path("feedback").size() >= known.feedback, () -> id + ": feedback");
        assertTrue(texts(kept, "customer").size() >= known.said, () -> id + ": messages");
        if (known.handoff != null) {
            String state = good(server, "GET", "/v1/handoffs/" + known.handoff, "", 200)
                    .path("state")
                    .asText();
            assertTrue(STATES.indexOf(state) >= STATES.indexOf(known.state), () -> id + ": " + state);
            known.state = state; // a request that was cut off may have changed it
        }
    }

    private static List<String> texts(JsonNode kept, String role) {
        List<String> texts = new ArrayList<>();
        kept.path("messages").forEach(message -> {
            if (message.path("role").asText().equals(role)) {
                texts.add(message.path("text").asText());
            }
        });
        return texts;
    }

    private static void assertSubsequence(List<String> wanted, List<String> there, String id) {
        int at = 0;
        for (String text : there) {
            if (at < wanted.size() && wanted.get(at).equals(text)) {
                at++;
            }
        }
        int found = at;
        assertEquals(wanted.size(), found, () -> id + ": lost " + wanted.get(found) + " of " + there);
    }
}
