package demitasse.cli;

import java.util.List;
import java.util.function.Consumer;

/** Somebody to talk to in the terminal. */
interface Conversation {
    /** @param role system, user or assistant */
    record Turn(String role, String content) {}

    /** Answers; the text goes to {@code onText} as it comes. */
    void say(String message, Consumer<String> onText);

    /** Takes the last message and its answer back; false if there is none. */
    boolean undo();

    void clear();

    List<Turn> turns();

    /** Stops the answer that is being made; called from another thread. */
    void interrupt();
}
