package demitasse.cli.eval;

/**
 * One error for the page of errors.
 *
 * @param weight orders the errors of a kind, the worst has the highest
 */
record Mistake(Kind kind, String set, String text, String expected, String got, double weight) {
    enum Kind {
        UNSAFE("Unsafe: answered from wrong documents, or not handed over or refused as it had to be"),
        UNRESOLVED("Unresolved: the knowledge base has the answer, the customer did not get it"),
        RETRIEVAL_MISS("Retrieval: no right document among the first three of the fused search"),
        WRONG_INTENT("Wrong intents, and not an acceptable other one"),
        MISSED_PERSONAL_DATA("Personal data that was not found"),
        FALSE_PERSONAL_DATA("Taken for personal data");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }
}
