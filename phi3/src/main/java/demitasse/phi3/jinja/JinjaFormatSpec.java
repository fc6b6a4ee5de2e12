package demitasse.phi3.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How Python's formats write one value.
 *
 * @param align {@code <}, {@code >} or {@code ^}; a 0 char leaves it to the type
 * @param sign {@code +} or a space for what is not negative, else a 0 char
 * @param alternate 0x and the like before the digits
 * @param precision -1 for none
 * @param type Python's letter, or a 0 char
 */
record JinjaFormatSpec(
        String fill,
        char align,
        char sign,
        boolean alternate,
        boolean zeros,
        int width,
        boolean thousands,
        int precision,
        char type) {
    private static final int DECIMALS = 6;
    /** Below this power of ten, g writes exponents. */
    private static final int SMALLEST_PLAIN = -4;

    String write(Object value) {
        boolean number = JinjaNumbers.isNumber(value) && "src".indexOf(type) < 0;
        String body = number || type != 0 && "src".indexOf(type) < 0 ? number(value) : text(value);
        int missing = Math.max(0, width - JinjaStrings.length(body));
        if (zeros && number && align == 0) {
            int start = body.length() - digits(body).length();
            return body.substring(0, start) + "0".repeat(missing) + body.substring(start);
        }
        char to = align != 0 ? align : number ? '>' : '<';
        int left = to == '>' ? missing : to == '^' ? missing / 2 : 0;
        return fill.repeat(left) + body + fill.repeat(missing - left);
    }

    private String text(Object value) {
        if (type == 'c' && JinjaNumbers.isInteger(value)) {
            return Character.toString(Math.clamp(JinjaNumbers.whole(value), 0, Character.MAX_CODE_POINT));
        }
        String text = type == 'r' ? JinjaValues.repr(value) : JinjaValues.text(value);
        return precision < 0 || JinjaStrings.length(text) <= precision
                ? text
                : JinjaStrings.substring(text, 0, precision);
    }

    private String number(Object value) {
        String digits = digits(value);
        boolean negative = digits.startsWith("-");
        digits = negative ? digits.substring(1) : digits;
        if (thousands) {
            int point = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
            digits = digits.substring(0, point).replaceAll("(?<=\\d)(?=(\\d{3})+$)", ",") + digits.substring(point);
        }
        String prefix = !alternate || "xXob".indexOf(type) < 0 ? "" : "0" + type;
        return (negative ? "-" : sign == 0 ? "" : Character.toString(sign)) + prefix + digits;
    }

    /** Behind the sign and what {@code #} writes. */
    private static String digits(String number) {
        return number.replaceFirst("^[-+ ]?(0[xXob])?", "");
    }

    private String digits(Object value) {
        int decimals = precision < 0 ? DECIMALS : precision;
        return switch (type) {
            case 0 ->
                value instanceof Double && precision >= 0
                        ? general(JinjaNumbers.real(value), decimals)
                        : JinjaValues.text(value);
            case 'd', 'i', 'u', 'n' -> Long.toString(whole(value));
            case 'x' -> signed(whole(value), 16);
            case 'X' -> JinjaStrings.upper(signed(whole(value), 16));
            case 'o' -> signed(whole(value), 8);
            case 'b' -> signed(whole(value), 2);
            case 'f', 'F' -> JinjaNumbers.fixed(JinjaNumbers.real(value), decimals);
            case '%' -> JinjaNumbers.fixed(JinjaNumbers.real(value) * 100, decimals) + "%";
            case 'e' -> exponent(JinjaNumbers.real(value), decimals);
            case 'E' -> JinjaStrings.upper(exponent(JinjaNumbers.real(value), decimals));
            case 'g' -> general(JinjaNumbers.real(value), decimals);
            case 'G' -> JinjaStrings.upper(general(JinjaNumbers.real(value), decimals));
            default -> throw ChatTemplateException.failed("unsupported format character '" + type + "'");
        };
    }

    private static String signed(long value, int radix) {
        return Long.toString(value, radix);
    }

    private static long whole(Object value) {
        return value instanceof Double real ? real.longValue() : JinjaNumbers.whole(value);
    }

    private static BigDecimal rounded(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(Math.clamp(digits, 1, 100), RoundingMode.HALF_EVEN));
    }

    private static int power(BigDecimal value) {
        return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
    }

    private static String exponent(double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return JinjaValues.text(value);
        }
        BigDecimal rounded = rounded(value, decimals + 1);
        int power = power(rounded);
        String digits = rounded.scaleByPowerOfTen(-power)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
        return digits + (power < 0 ? "e-" : "e+") + "%02d".formatted(Math.abs(power));
    }

    private static String general(double value, int precision) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return JinjaValues.text(value);
        }
        int digits = Math.max(1, precision);
        int power = power(rounded(value, digits));
        if (power >= SMALLEST_PLAIN && power < digits) {
            return bare(JinjaNumbers.fixed(value, digits - 1 - power));
        }
        String text = exponent(value, digits - 1);
        int e = text.indexOf('e');
        return bare(text.substring(0, e)) + text.substring(e);
    }

    private static String bare(String number) {
        return number.contains(".") ? number.replaceFirst("\\.?0+$", "") : number;
    }
}
