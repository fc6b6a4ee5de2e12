package demitasse.server;

import demitasse.agent.Assistant;
import demitasse.agent.Handoff;
import demitasse.agent.Preferences;
import demitasse.agent.Reply;
import demitasse.agent.SessionData;
import demitasse.agent.StoredMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The assistant as the server sees it; see {@link Assistant} for what each method promises. */
interface Desk {
    Reply reply(String sessionId, String message, Consumer<String> onText);

    List<StoredMessage> history(String sessionId);

    Preferences preferences(String sessionId);

    Optional<SessionData> session(String sessionId);

    boolean erase(String sessionId);

    void feedback(String sessionId, boolean helpful, String comment);

    List<Handoff> openHandoffs();

    Optional<Handoff> handoff(String id);

    Optional<Handoff> openHandoff(String sessionId);

    Handoff claim(String handoffId, String person);

    Handoff answer(String handoffId, String person, String text);

    Handoff resolve(String handoffId);
}
