package demitasse.agent;

import java.util.Locale;

/** What became of a customer's message. */
enum Outcome {
    ANSWERED,
    /** Answered from a document that fits only just. */
    UNSURE,
    /** Of several questions some had no answer. */
    PARTLY,
    /** "I don't know", also where that was once too often and a person was called. */
    DECLINED,
    /** In a language that is not spoken here. */
    LANGUAGE,
    HANDED_OVER,
    SMALL_TALK,
    /** Small talk by its tone, with a question of which the documents say nothing. */
    ASIDE,
    /** Written to the person who has the conversation. */
    WITH_PERSON;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
