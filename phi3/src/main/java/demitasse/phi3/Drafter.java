package demitasse.phi3;

/**
 * Guesses the tokens that come next, to be checked together: a batch of a few tokens costs little more than one. A wrong
 * guess costs time, never the output.
 */
interface Drafter {
    /** Guesses nothing. */
    Drafter NONE = new Drafter() {
        @Override
        public void accept(int id) {}

        @Override
        public int propose(int[] into, int most) {
            return 0;
        }

        @Override
        public void checked(int drafted, int accepted) {}
    };

    /** The most tokens of a draft. */
    int MOST = 11;

    /** Tells the next token of the text. */
    void accept(int id);

    /**
     * Guesses what follows the tokens so far.
     *
     * @param into receives the draft from index 1 on
     * @param most the most tokens wanted
     * @return how many there are, 0 for no draft
     */
    int propose(int[] into, int most);

    /** Tells how many tokens of a draft were right. */
    void checked(int drafted, int accepted);
}
