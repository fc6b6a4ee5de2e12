package demitasse.agent;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes conversations into a database until it is killed, and prints each change that is acknowledged. */
final class ConversationWriter {
    private ConversationWriter() {}

    /**
     * File, name and seed. Lines: {@code say SESSION TEXT}, {@code open|claim|resolve SESSION HANDOFF},
     * {@code erasing SESSION} before and {@code erased SESSION} after.
     */
    public static void main(String[] args) {
        Random random = new Random(Long.parseLong(args[2]));
        List<String> sessions = new ArrayList<>();
        try (Store store = Store.open(Path.of(args[0]), Clock.systemUTC())) {
            System.out.println("ready");
            for (int n = 0; true; n++) {
                boolean fresh = sessions.isEmpty() || random.nextInt(4) == 0;
                String session = fresh ? args[1] + "s" + n : sessions.get(random.nextInt(sessions.size()));
                if (fresh) {
                    sessions.add(session);
                }
                if (!fresh && random.nextInt(12) == 0) {
                    sessions.remove(session);
                    System.out.println("erasing " + session);
                    store.erase(session);
                    System.out.println("erased " + session);
                } else {
                    write(store, session, args[1] + "text" + n + ".", random);
                }
            }
        }
    }

    private static void write(Store store, String session, String text, Random random) {
        store.add(session, "customer", text);
        System.out.println("say " + session + " " + text);
        int kind = random.nextInt(6);
        if (kind == 0) {
            Handoff handoff = store.requestHandoff(session, Escalation.Reason.ASKED, text);
            System.out.println("open " + session + " " + handoff.id());
        } else if (kind <= 2 && store.openHandoff(session).isPresent()) {
            String id = store.openHandoff(session).orElseThrow().id();
            if (kind == 1) {
                store.answer(id, "Ada", text + "answer.");
                System.out.println("claim " + session + " " + id);
                System.out.println("say " + session + " " + text + "answer.");
            } else {
                store.resolve(id);
                System.out.println("resolve " + session + " " + id);
            }
        }
    }
}
