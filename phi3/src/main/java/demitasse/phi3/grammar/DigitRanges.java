package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Numbers between two bounds, as alternatives of digits. */
final class DigitRanges {
    /** llama.cpp's numbers have so many digits at most. */
    static final int MOST_DIGITS = 16;

    private static final BigInteger LARGEST = BigInteger.TEN.pow(MOST_DIGITS).subtract(BigInteger.ONE);

    private DigitRanges() {}

    /** The alternatives, none if there is no such number; a bound that is null is as far out as the digits go. */
    static List<List<Element>> between(BigInteger min, BigInteger max) {
        BigInteger low = min == null ? LARGEST.negate() : min;
        BigInteger high = max == null ? LARGEST.max(low) : max;
        if (min == null) {
            low = low.min(high);
        }
        List<List<Element>> all = new ArrayList<>();
        if (low.signum() < 0) {
            BigInteger nearest = high.signum() < 0 ? high.negate() : BigInteger.ONE;
            for (List<Element> digits : fractions(nearest, low.negate(), 0)) {
                all.add(RuleBuilder.sequence(RuleBuilder.literal("-"), digits));
            }
        }
        if (high.signum() >= 0) {
            all.addAll(fractions(low.max(BigInteger.ZERO), high, 0));
        }
        return all;
    }

    /**
     * Numbers from 0 on, written with so many digits after the point; the bounds count in units of the last digit.
     *
     * @param high null if there is none but the number of digits
     */
    static List<List<Element>> fractions(BigInteger low, BigInteger high, int scale) {
        BigInteger last = high == null ? LARGEST.max(low) : high;
        List<List<Element>> all = new ArrayList<>();
        if (low.compareTo(last) > 0) {
            return all;
        }
        String from = padded(low, scale + 1);
        String to = padded(last, scale + 1);
        for (int digits = from.length(); digits < to.length(); digits++) {
            addRange(from, "9".repeat(digits), List.of(), all);
            from = "1" + "0".repeat(digits);
        }
        addRange(from, to, List.of(), all);
        return scale == 0 ? all : all.stream().map(way -> pointed(way, scale)).toList();
    }

    private static String padded(BigInteger number, int digits) {
        String text = number.toString();
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    private static List<Element> pointed(List<Element> digits, int scale) {
        int point = digits.size() - scale;
        return RuleBuilder.sequence(
                digits.subList(0, point), RuleBuilder.literal("."), digits.subList(point, digits.size()));
    }

    /** Adds the numbers between two of the same length, after some digits. */
    private static void addRange(String from, String to, List<Element> before, List<List<Element>> into) {
        if (from.isEmpty()) {
            into.add(before);
            return;
        }
        char low = from.charAt(0);
        char high = to.charAt(0);
        String lowRest = from.substring(1);
        String highRest = to.substring(1);
        if (low == high) {
            addRange(lowRest, highRest, RuleBuilder.sequence(before, digit(low, high)), into);
            return;
        }
        if (lowRest.chars().anyMatch(c -> c != '0')) {
            addRange(lowRest, "9".repeat(lowRest.length()), RuleBuilder.sequence(before, digit(low, low)), into);
            low++;
        }
        boolean cut = highRest.chars().anyMatch(c -> c != '9');
        char last = cut ? (char) (high - 1) : high;
        if (low <= last) {
            List<Element> all = new ArrayList<>(RuleBuilder.sequence(before, digit(low, last)));
            for (int i = 0; i < lowRest.length(); i++) {
                all.addAll(digit('0', '9'));
            }
            into.add(all);
        }
        if (cut) {
            addRange("0".repeat(highRest.length()), highRest, RuleBuilder.sequence(before, digit(high, high)), into);
        }
    }

    private static List<Element> digit(char from, char to) {
        return RuleBuilder.chars(CharSet.range(from, to));
    }
}
