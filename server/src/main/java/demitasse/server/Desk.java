package demitasse.server;

import demitasse.agent.Assistant;
import demitasse.agent.BackOffice;
import demitasse.agent.CannedReplies;
import demitasse.agent.Handoff;
import demitasse.agent.Opinion;
import demitasse.agent.Preferences;
import demitasse.agent.Reply;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import demitasse.agent.Suggestion;
import demitasse.rag.Document;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The assistant as the server sees it; see {@link Assistant} for what each method promises. */
interface Desk {
    Reply reply(String sessionId, String message, Consumer<String> onText);

    List<StoredMessage> history(String sessionId);

    Preferences preferences(String sessionId);

    Optional<SessionData> session(String sessionId);

    boolean erase(String sessionId);

    void feedback(String sessionId, Opinion opinion);

    boolean takeBack(String sessionId, long messageId);

    Optional<Document> source(String sessionId, String documentId);

    List<Handoff> openHandoffs();

    Optional<Handoff> handoff(String id);

    Optional<Handoff> openHandoff(String sessionId);

    Handoff claim(String handoffId, String person);

    Handoff answer(String handoffId, String person, String text);

    Handoff resolve(String handoffId);

    Handoff giveBack(String handoffId);

    Handoff release(String handoffId);

    Map<String, Instant> unanswered();

    String lastQuestion(String sessionId);

    List<Suggestion> suggest(String question, int most);

    CannedReplies cannedReplies();

    BackOffice backOffice();

    /** Each call makes later answers faster; false: none does any more. */
    default BooleanSupplier rehearsal() {
        return () -> false;
    }
}
