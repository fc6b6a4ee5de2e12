package demitasse.phi3.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** strftime in the English locale. */
final class JinjaDates {
    private JinjaDates() {}

    static String format(String format, Clock clock, JinjaBudget budget) {
        budget.text(format.length());
        ZonedDateTime now = ZonedDateTime.now(clock);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char field = format.charAt(++i);
            boolean bare = field == '-' && i + 1 < format.length(); // glibc: without leading zeros
            String text = field(bare ? format.charAt(++i) : field, now);
            out.append(bare && text.length() > 1 && text.charAt(0) == '0' ? text.substring(1) : text);
            budget.limit(out.length());
        }
        budget.text(out.length());
        return out.toString();
    }

    private static String field(char field, ZonedDateTime now) {
        String pattern = switch (field) {
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'm' -> "MM";
            case 'd' -> "dd";
            case 'B' -> "MMMM";
            case 'b', 'h' -> "MMM";
            case 'A' -> "EEEE";
            case 'a' -> "EEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case 'f' -> "SSSSSS";
            case 'F' -> "uuuu-MM-dd";
            case 'T', 'X' -> "HH:mm:ss";
            case 'R' -> "HH:mm";
            case 'D', 'x' -> "MM/dd/uu";
            case 'G' -> "YYYY";
            case 'V' -> "ww";
            default -> null;
        };
        if (pattern != null) {
            return now.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
        }
        return switch (field) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'e' -> "%2d".formatted(now.getDayOfMonth());
            case 'u' -> Integer.toString(now.getDayOfWeek().getValue());
            case 'C' -> "%02d".formatted(now.getYear() / 100);
            case 'k' -> "%2d".formatted(now.getHour());
            case 'l' -> "%2d".formatted((now.getHour() + 11) % 12 + 1);
            case 'U' -> week(now, 0);
            case 'W' -> week(now, 1);
            case 'Z', 'z' -> ""; // transformers asks for a time without a zone
            case 'w' -> Integer.toString(now.getDayOfWeek().getValue() % 7);
            case 's' -> Long.toString(now.toEpochSecond());
            case 'c' -> format("%a %b %e %H:%M:%S %Y", Clock.fixed(now.toInstant(), now.getZone()), new JinjaBudget());
            default -> "%" + field;
        };
    }

    /** The week of the year, counted from the first day of the week in it. @param firstDay 0: Sunday, 1: Monday */
    private static String week(ZonedDateTime now, int firstDay) {
        int weekday = (now.getDayOfWeek().getValue() + 7 - firstDay) % 7;
        return "%02d".formatted((now.getDayOfYear() + 6 - weekday) / 7);
    }
}
