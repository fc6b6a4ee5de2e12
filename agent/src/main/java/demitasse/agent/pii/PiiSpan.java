package demitasse.agent.pii;

/** Personal data in a text: half-open offsets in Unicode code points; the type is named as in the evaluation data. */
public record PiiSpan(String type, int start, int end) {}
