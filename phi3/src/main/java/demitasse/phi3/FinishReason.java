package demitasse.phi3;

/** Why a generation ended. */
public enum FinishReason {
    /** An end-of-generation token or a stop text. */
    STOP,
    /** The token limit or the end of the context. */
    LENGTH,
    /** The listener asked for it. */
    CANCELLED
}
