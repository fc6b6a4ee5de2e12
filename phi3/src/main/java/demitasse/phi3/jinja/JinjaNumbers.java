package demitasse.phi3.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Python has them, except that integers end at 64 bits: beyond, a template fails. */
final class JinjaNumbers {
    private static final int FIXED_FROM = -4;
    private static final int FIXED_TO = 16;
    private static final int LARGEST_POWER = 4096;

    private JinjaNumbers() {}

    static Object literal(JinjaToken token) {
        String text = token.text().replace("_", "");
        try {
            if (token.is(JinjaToken.Kind.FLOAT)) {
                return Double.valueOf(text);
            }
            int radix = text.length() < 2
                    ? 10
                    : switch (text.charAt(1)) {
                        case 'x', 'X' -> 16;
                        case 'o', 'O' -> 8;
                        case 'b', 'B' -> 2;
                        default -> 10;
                    };
            return Long.valueOf(radix == 10 ? text : text.substring(2), radix);
        } catch (NumberFormatException e) {
            throw ChatTemplateException.failed("template line " + token.line() + ": no number: " + token.text());
        }
    }

    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            case null, default ->
                throw ChatTemplateException.failed("expected an integer, found " + JinjaValues.type(value));
        };
    }

    static int integer(Object value) {
        return Math.clamp(whole(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static double real(Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case Boolean truth -> truth ? 1 : 0;
            case null, default ->
                throw ChatTemplateException.failed("expected a number, found " + JinjaValues.type(value));
        };
    }

    static int compare(Object left, Object right) {
        return isInteger(left) && isInteger(right)
                ? Long.compare(whole(left), whole(right))
                : Double.compare(real(left), real(right) + 0.0);
    }

    static Object calculate(String operator, Object left, Object right) {
        try {
            boolean whole = isInteger(left) && isInteger(right) && !operator.equals("/");
            if (whole && operator.equals("**") && whole(right) < 0) {
                whole = false;
            }
            return whole
                    ? calculate(operator, whole(left), whole(right))
                    : calculate(operator, real(left), real(right));
        } catch (ArithmeticException e) {
            throw ChatTemplateException.failed("arithmetic: " + e.getMessage());
        }
    }

    private static Object calculate(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> power(left, right);
        };
    }

    private static long power(long base, long exponent) {
        if (base >= -1 && base <= 1) {
            return base == -1 && exponent % 2 == 0 ? 1 : exponent == 0 ? 1 : base;
        }
        if (exponent > LARGEST_POWER) {
            throw new ArithmeticException("long overflow");
        }
        return BigInteger.valueOf(base).pow((int) exponent).longValueExact();
    }

    private static Object calculate(String operator, double left, double right) {
        if (right == 0 && "//%".contains(operator)) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - Math.floor(left / right) * right;
            default -> Math.pow(left, right);
        };
    }

    static Object negate(Object value) {
        return value instanceof Double real ? (Object) (-real) : calculate("-", 0L, value);
    }

    /** Python's repr of a float: the shortest digits that give the same number. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= FIXED_FROM && exponent < FIXED_TO) {
            String plain = digits.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String all = digits.unscaledValue().abs().toString();
        String mantissa = all.length() == 1 ? all : all.charAt(0) + "." + all.substring(1);
        String sign = exponent < 0 ? "-" : "+";
        return (value < 0 ? "-" : "") + mantissa + "e" + sign + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /** The round filter: a float always, half to even where the binary value is a tie. */
    static double round(double value, int precision, String method) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return value;
        }
        if (method.equals("common")) {
            return new BigDecimal(value)
                    .setScale(Math.clamp(precision, -400, 400), RoundingMode.HALF_EVEN)
                    .doubleValue();
        }
        double scale = Math.pow(10, precision);
        return (method.equals("ceil") ? Math.ceil(value * scale) : Math.floor(value * scale)) / scale;
    }

    /** {@code %.3f}. */
    static String fixed(double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return text(value);
        }
        return new BigDecimal(value, MathContext.UNLIMITED)
                .setScale(Math.clamp(decimals, 0, 100), RoundingMode.HALF_EVEN)
                .toPlainString();
    }
}
