package demitasse.agent;

/** No more is stored: of this conversation, or at all. Nothing of the message was. */
public final class StorageFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean conversation;

    /** @param conversation false: the whole store is full, and will have room again after a while */
    StorageFullException(boolean conversation) {
        super(
                conversation
                        ? "this conversation is full; begin a new one"
                        : "no more conversations can be stored just now");
        this.conversation = conversation;
    }

    public boolean ofConversation() {
        return conversation;
    }
}
