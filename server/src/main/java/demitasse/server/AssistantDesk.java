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

/** The real assistant. */
record AssistantDesk(Assistant assistant) implements Desk {
    @Override
    public Reply reply(String sessionId, String message, Consumer<String> onText) {
        return assistant.reply(sessionId, message, onText);
    }

    @Override
    public List<StoredMessage> history(String sessionId) {
        return assistant.history(sessionId);
    }

    @Override
    public Preferences preferences(String sessionId) {
        return assistant.preferences(sessionId);
    }

    @Override
    public Optional<SessionData> session(String sessionId) {
        return assistant.session(sessionId);
    }

    @Override
    public boolean erase(String sessionId) {
        return assistant.erase(sessionId);
    }

    @Override
    public void feedback(String sessionId, Opinion opinion) {
        assistant.feedback(sessionId, opinion);
    }

    @Override
    public boolean takeBack(String sessionId, long messageId) {
        return assistant.takeBack(sessionId, messageId);
    }

    @Override
    public Optional<Document> source(String sessionId, String documentId) {
        return assistant.source(sessionId, documentId);
    }

    @Override
    public List<Handoff> openHandoffs() {
        return assistant.openHandoffs();
    }

    @Override
    public Optional<Handoff> handoff(String id) {
        return assistant.handoff(id);
    }

    @Override
    public Optional<Handoff> openHandoff(String sessionId) {
        return assistant.openHandoff(sessionId);
    }

    @Override
    public Handoff claim(String handoffId, String person) {
        return assistant.claim(handoffId, person);
    }

    @Override
    public Handoff answer(String handoffId, String person, String text) {
        return assistant.answer(handoffId, person, text);
    }

    @Override
    public Handoff resolve(String handoffId) {
        return assistant.resolve(handoffId);
    }

    @Override
    public Handoff giveBack(String handoffId) {
        return assistant.giveBack(handoffId);
    }

    @Override
    public Handoff release(String handoffId) {
        return assistant.release(handoffId);
    }

    @Override
    public Map<String, Instant> unanswered() {
        return assistant.unanswered();
    }

    @Override
    public String lastQuestion(String sessionId) {
        return assistant.lastQuestion(sessionId);
    }

    @Override
    public List<Suggestion> suggest(String question, int most) {
        return assistant.suggest(question, most);
    }

    @Override
    public CannedReplies cannedReplies() {
        return assistant.cannedReplies();
    }

    @Override
    public BackOffice backOffice() {
        return assistant.backOffice();
    }

    @Override
    public BooleanSupplier rehearsal() {
        return assistant.rehearsal()::next;
    }
}
