package demitasse.agent;

/** @param confidence a probability, 0 to 1 */
public record Classification(Intent intent, double confidence) {}
