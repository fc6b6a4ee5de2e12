package demitasse.agent;

/** Finds and masks personal data by rules with checksums. Immutable. */
public final class PiiFilter {
    public Redaction redact(String text) {
        throw new UnsupportedOperationException();
    }
}
