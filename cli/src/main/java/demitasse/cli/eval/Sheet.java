package demitasse.cli.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What an evaluation has found so far: figures with intervals, and errors. */
final class Sheet {
    private final List<Measure> measures = new ArrayList<>();
    private final List<Mistake> mistakes = new ArrayList<>();

    List<Measure> measures() {
        return measures;
    }

    List<Mistake> mistakes() {
        return mistakes;
    }

    Series of(Part part, String set, String subject) {
        return new Series(part, set, subject);
    }

    void mistake(Mistake mistake) {
        mistakes.add(mistake);
    }

    /** Figures of one subject. */
    final class Series {
        private final Part part;
        private final String set;
        private final String subject;

        private Series(Part part, String set, String subject) {
            this.part = part;
            this.set = set;
            this.subject = subject;
        }

        /** Sum over sum: one pair of values for each item. Nothing is noted where there is nothing to divide by. */
        Series ratio(String metric, double[] numerator, double[] denominator) {
            long count = Math.round(Arrays.stream(denominator).sum());
            return figure(metric, denominator.length, count, items -> sum(numerator, items) / sum(denominator, items));
        }

        /** Mean over items. */
        Series mean(String metric, double[] values) {
            double[] ones = new double[values.length];
            Arrays.fill(ones, 1);
            return ratio(metric, values, ones);
        }

        Series figure(String metric, int items, long count, Bootstrap.Statistic statistic) {
            if (count > 0) {
                Bootstrap.Interval interval = Bootstrap.of(items, statistic);
                measures.add(new Measure(
                        part, set, subject, metric, interval.value(), interval.low(), interval.high(), count));
            }
            return this;
        }
    }

    private static double sum(double[] values, int[] items) {
        double sum = 0;
        for (int item : items) {
            sum += values[item];
        }
        return sum;
    }
}
