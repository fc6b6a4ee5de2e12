package demitasse.agent.pii;

import java.util.List;

/** A text with its personal data masked ({@code [EMAIL]}), and where that was in the original. */
public record Redaction(String text, List<PiiSpan> spans) {}
