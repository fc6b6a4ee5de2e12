package demitasse.cli.eval;

import java.util.ArrayList;
import java.util.List;

/** Mean F1 over the classes that occur among the right labels of the items. */
final class MacroF1 implements Bootstrap.Statistic {
    private final int[] wanted;
    private final int[] found;
    private final double[] weights;
    private final int classes;

    /** @param weights 0 leaves an item out, else 1 */
    MacroF1(String[] wanted, String[] found, double[] weights) {
        List<String> names = new ArrayList<>();
        this.wanted = numbers(wanted, names);
        this.found = numbers(found, names);
        this.weights = weights;
        classes = names.size();
    }

    private static int[] numbers(String[] labels, List<String> names) {
        int[] numbers = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (!names.contains(labels[i])) {
                names.add(labels[i]);
            }
            numbers[i] = names.indexOf(labels[i]);
        }
        return numbers;
    }

    @Override
    public double of(int[] items) {
        double[] right = new double[classes];
        double[] asked = new double[classes];
        double[] said = new double[classes];
        for (int item : items) {
            asked[wanted[item]] += weights[item];
            said[found[item]] += weights[item];
            right[wanted[item]] += wanted[item] == found[item] ? weights[item] : 0;
        }
        double sum = 0;
        int occurring = 0;
        for (int c = 0; c < classes; c++) {
            if (asked[c] > 0) {
                occurring++;
                sum += 2 * right[c] / (asked[c] + said[c]);
            }
        }
        return sum / occurring;
    }
}
