package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Numbers: bounds and multiples. */
final class SchemaNumbers {
    /** Digits that a double keeps. */
    private static final int SAFE_DIGITS = 15;

    /** Digits after the point that bounds may have. */
    private static final int MOST_SCALE = 15;

    /** Multiples that are written out one by one. */
    private static final int MOST_LISTED = 1000;

    /** A remainder is a rule for each digit. */
    private static final int LARGEST_STEP = 100;

    private static final int TEN = 10;

    private final RuleBuilder builder;

    SchemaNumbers(RuleBuilder builder) {
        this.builder = builder;
    }

    /** @param open whether the bound itself is outside */
    private record Bound(BigDecimal at, boolean open) {
        /** The first of the numbers counted in units of 10^-scale that is inside, going away from the bound. */
        BigInteger first(int scale, boolean up) {
            BigDecimal scaled = at.movePointRight(scale);
            BigInteger found = scaled.setScale(0, up ? RoundingMode.CEILING : RoundingMode.FLOOR)
                    .toBigInteger();
            boolean hit = open && new BigDecimal(found).compareTo(scaled) == 0;
            return !hit ? found : up ? found.add(BigInteger.ONE) : found.subtract(BigInteger.ONE);
        }

        Bound negated() {
            return new Bound(at.negate(), open);
        }
    }

    /** The tighter of two keywords; null if there is neither. */
    private static Bound bound(Map<?, ?> schema, String inclusive, String exclusive, int sign) {
        BigDecimal closed = Keywords.number(schema, inclusive);
        BigDecimal open = Keywords.number(schema, exclusive);
        if (open == null || closed != null && closed.compareTo(open) * sign > 0) {
            return closed == null ? null : new Bound(closed, false);
        }
        return new Bound(open, true);
    }

    private static Bound low(Map<?, ?> schema) {
        return bound(schema, "minimum", "exclusiveMinimum", 1);
    }

    private static Bound high(Map<?, ?> schema) {
        return bound(schema, "maximum", "exclusiveMaximum", -1);
    }

    List<Element> integer(Map<?, ?> schema) {
        Bound low = low(schema);
        Bound high = high(schema);
        BigInteger min = low == null ? null : low.first(0, true);
        BigInteger max = high == null ? null : high.first(0, false);
        BigDecimal step = Keywords.number(schema, "multipleOf");
        if (step != null && step.compareTo(BigDecimal.ONE) != 0) {
            return multiples(step, min, max);
        }
        if (min == null && max == null) {
            return RuleBuilder.sequence(builder.optional(RuleBuilder.literal("-")), integral());
        }
        return oneOf(DigitRanges.between(min, max));
    }

    private List<Element> oneOf(List<List<Element>> ways) {
        return ways.isEmpty() ? SchemaConverter.impossible() : builder.choice(ways);
    }

    private List<Element> integral() {
        List<Element> digits = builder.repeat(digit('0'), 0, DigitRanges.MOST_DIGITS - 1);
        return builder.choice(List.of(RuleBuilder.literal("0"), RuleBuilder.sequence(digit('1'), digits)));
    }

    private static List<Element> digit(char least) {
        return RuleBuilder.chars(CharSet.range(least, '9'));
    }

    private List<Element> multiples(BigDecimal step, BigInteger min, BigInteger max) {
        if (step.signum() <= 0) {
            throw Keywords.mustBe("multipleOf", "above 0");
        }
        if (step.stripTrailingZeros().scale() > 0) {
            throw Keywords.refused("multipleOf", "with a fraction");
        }
        BigInteger of = step.toBigInteger();
        if (min != null && max != null) {
            BigInteger first =
                    new BigDecimal(min).divide(step, 0, RoundingMode.CEILING).toBigInteger();
            BigInteger last =
                    new BigDecimal(max).divide(step, 0, RoundingMode.FLOOR).toBigInteger();
            if (last.subtract(first).compareTo(BigInteger.valueOf(MOST_LISTED)) < 0) {
                List<List<Element>> all = new ArrayList<>();
                for (BigInteger i = first; i.compareTo(last) <= 0; i = i.add(BigInteger.ONE)) {
                    all.add(RuleBuilder.literal(i.multiply(of).toString()));
                }
                return oneOf(all);
            }
        }
        boolean free = min == null && max == null;
        boolean natural = max == null && min != null && min.signum() == 0;
        if (!free && !natural || of.compareTo(BigInteger.valueOf(LARGEST_STEP)) > 0) {
            throw Keywords.refused("multipleOf", "with these bounds or of this size");
        }
        List<Element> digits = multiples(of.intValue());
        return natural ? digits : RuleBuilder.sequence(builder.optional(RuleBuilder.literal("-")), digits);
    }

    /** Multiples from 0 on: a rule for each remainder of the digits so far and number of digits left. */
    private List<Element> multiples(int step) {
        int[] shorter = null;
        for (int left = 0; left < DigitRanges.MOST_DIGITS; left++) {
            int[] rules = new int[step];
            for (int remainder = 0; remainder < step; remainder++) {
                rules[remainder] = builder.declare();
                List<List<Element>> ways = new ArrayList<>();
                if (remainder == 0) {
                    ways.add(List.of());
                }
                for (int digit = 0; digit < TEN && shorter != null; digit++) {
                    ways.add(then(digit, shorter[(remainder * TEN + digit) % step]));
                }
                builder.define(rules[remainder], ways);
            }
            shorter = rules;
        }
        List<List<Element>> all = new ArrayList<>(List.of(RuleBuilder.literal("0")));
        for (int digit = 1; digit < TEN; digit++) {
            all.add(then(digit, shorter[digit % step]));
        }
        return builder.choice(all);
    }

    private static List<Element> then(int digit, int rule) {
        return RuleBuilder.sequence(RuleBuilder.literal(Integer.toString(digit)), RuleBuilder.reference(rule));
    }

    List<Element> number(Map<?, ?> schema) {
        if (schema.containsKey("multipleOf")) {
            return integer(schema);
        }
        Bound low = low(schema);
        Bound high = high(schema);
        if (low == null && high == null) {
            List<Element> fraction = RuleBuilder.sequence(
                    RuleBuilder.literal("."), builder.repeat(digit('0'), 1, DigitRanges.MOST_DIGITS));
            List<Element> exponent = RuleBuilder.sequence(
                    RuleBuilder.chars(CharSet.pairs("eeEE", false)),
                    builder.optional(RuleBuilder.chars(CharSet.pairs("++--", false))),
                    integral());
            return RuleBuilder.sequence(
                    builder.optional(RuleBuilder.literal("-")),
                    integral(),
                    builder.optional(fraction),
                    builder.optional(exponent));
        }
        List<List<Element>> ways = new ArrayList<>();
        if (high == null || high.at().signum() >= 0) {
            magnitudes(ways, List.of(), low, high);
        }
        if (low == null || low.at().signum() < 0) {
            magnitudes(
                    ways,
                    RuleBuilder.literal("-"),
                    high == null ? null : high.negated(),
                    low == null ? null : low.negated());
        }
        return oneOf(ways);
    }

    /**
     * Adds numbers of one sign, without exponents: those with as many digits after the point as the bounds have, one
     * length after the other, then those with more.
     */
    private void magnitudes(List<List<Element>> into, List<Element> sign, Bound from, Bound high) {
        boolean negative = !sign.isEmpty();
        Bound low = from == null || from.at().signum() < 0 ? new Bound(BigDecimal.ZERO, negative) : from;
        if (negative && low.at().signum() == 0) {
            low = new Bound(BigDecimal.ZERO, true);
        }
        int scale = Math.max(scale(low), scale(high));
        if (scale > MOST_SCALE) {
            throw new GrammarException("JSON Schema: a bound has more than " + MOST_SCALE + " digits after the point");
        }
        for (int digits = 0; digits <= scale; digits++) {
            for (List<Element> way : DigitRanges.fractions(
                    low.first(digits, true), high == null ? null : high.first(digits, false), digits)) {
                into.add(RuleBuilder.sequence(sign, way));
            }
        }
        boolean open = low.open() || high != null && high.open();
        int room = open ? SAFE_DIGITS - integerDigits(low, high) - scale : DigitRanges.MOST_DIGITS - scale;
        if (room > 0) {
            longer(into, sign, low, high, scale, room);
        }
    }

    private void longer(List<List<Element>> into, List<Element> sign, Bound low, Bound high, int scale, int room) {
        BigInteger least = low.at().movePointRight(scale).toBigIntegerExact();
        BigInteger most = high == null ? null : high.at().movePointRight(scale).toBigIntegerExact();
        List<Element> point = scale == 0 ? RuleBuilder.literal(".") : List.of();
        List<Element> more = RuleBuilder.sequence(point, builder.repeat(digit('0'), 1, room));
        if (low.open() && (most == null || least.compareTo(most) < 0)) {
            // On the bound itself, something other than zeros must follow.
            List<List<Element>> beyond = new ArrayList<>();
            for (int zeros = 0; zeros < room; zeros++) {
                beyond.add(RuleBuilder.sequence(
                        point,
                        RuleBuilder.literal("0".repeat(zeros)),
                        digit('1'),
                        builder.repeat(digit('0'), 0, room - 1 - zeros)));
            }
            for (List<Element> way : DigitRanges.fractions(least, least, scale)) {
                into.add(RuleBuilder.sequence(sign, way, builder.choice(beyond)));
            }
            least = least.add(BigInteger.ONE);
        }
        BigInteger below = most == null ? null : most.subtract(BigInteger.ONE);
        for (List<Element> way : DigitRanges.fractions(least, below, scale)) {
            into.add(RuleBuilder.sequence(sign, way, more));
        }
        boolean same = high != null && low.open() && low.at().compareTo(high.at()) == 0;
        if (most != null && !high.open() && !same && most.compareTo(least) >= 0) {
            List<Element> zeros = RuleBuilder.sequence(point, builder.repeat(RuleBuilder.literal("0"), 1, room));
            for (List<Element> way : DigitRanges.fractions(most, most, scale)) {
                into.add(RuleBuilder.sequence(sign, way, zeros));
            }
        }
    }

    private static int scale(Bound bound) {
        return bound == null ? 0 : Math.max(0, bound.at().stripTrailingZeros().scale());
    }

    private static int integerDigits(Bound low, Bound high) {
        BigDecimal larger = high == null ? low.at() : high.at().max(low.at());
        return larger.toBigInteger().toString().length();
    }
}
