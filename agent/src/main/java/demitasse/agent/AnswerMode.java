package demitasse.agent;

/** Whose words an answer is made of. */
public enum AnswerMode {
    /** The documents' own sentences. */
    EXTRACTIVE,
    /** The model's, where they pass the grounding check; else extractive. */
    GENERATED,
    /** Extractive, until a model has been measured to be good enough; none has yet. */
    AUTO
}
