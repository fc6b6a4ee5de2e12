package demitasse.phi3.grammar;

/** A grammar or JSON Schema that is broken, that nothing can satisfy, or whose analysis would explode. */
public final class GrammarException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public GrammarException(String message) {
        super(message);
    }
}
