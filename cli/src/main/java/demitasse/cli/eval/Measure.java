package demitasse.cli.eval;

/**
 * One figure.
 *
 * @param set the file or the part of it that was measured
 * @param subject what of it: a search, a type of personal data; may be empty
 * @param low lower end of the 95 % interval; not a number where there is none, as for the value
 * @param count how many queries, texts or spans the figure is a share or mean of
 */
public record Measure(
        Part part, String set, String subject, String metric, double value, double low, double high, long count) {}
