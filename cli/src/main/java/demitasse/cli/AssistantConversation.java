package demitasse.cli;

import demitasse.agent.Assistant;
import demitasse.agent.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A conversation with the assistant, which keeps its own, masked memory of a session. */
final class AssistantConversation implements Conversation {
    /** Thrown through the assistant to end an answer. */
    private static final class InterruptedAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Assistant assistant;
    private final List<Turn> turns = new ArrayList<>();
    private String session = newSession();
    private volatile boolean interrupted;

    AssistantConversation(Assistant assistant) {
        this.assistant = assistant;
    }

    private static String newSession() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void say(String message, Consumer<String> onText) {
        interrupted = false;
        Reply reply;
        try {
            reply = assistant.reply(session, message, text -> {
                if (interrupted) {
                    throw new InterruptedAnswer();
                }
                onText.accept(text);
            });
        } catch (InterruptedAnswer e) {
            return;
        }
        turns.add(new Turn("user", message));
        turns.add(new Turn("assistant", reply.answer()));
        for (Reply.Source source : reply.sources()) {
            onText.accept("\n  [" + source.id() + "] " + source.title());
        }
        if (reply.escalated()) {
            onText.accept("\n  (a person takes over: " + reply.reason() + ")");
        }
    }

    @Override
    public boolean undo() {
        throw new InputException("/undo: the assistant remembers what was said; /clear begins anew");
    }

    @Override
    public void clear() {
        assistant.erase(session);
        session = newSession();
        turns.clear();
    }

    @Override
    public List<Turn> turns() {
        return List.copyOf(turns);
    }

    @Override
    public void interrupt() {
        interrupted = true;
    }
}
