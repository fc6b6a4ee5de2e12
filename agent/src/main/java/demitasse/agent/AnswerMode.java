package demitasse.agent;

/** Whose words an answer is made of. */
public enum AnswerMode {
    /** The documents' own sentences. */
    EXTRACTIVE,
    /** The model's, where they pass the grounding check; else extractive. */
    GENERATED,
    /** Extractive; generated only where the model is known to be good enough. */
    AUTO
}
