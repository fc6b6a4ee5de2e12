package demitasse.agent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words and numbers, as far as answers and their check need them: English, light stemming. */
final class Words {
    private static final Pattern WORD = Pattern.compile("[\\p{L}][\\p{L}\\p{M}'’]*");
    private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}'’-]*");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)*");
    private static final int SHORTEST_STEM = 4;
    private static final Set<String> STOP = WordList.load("stop-words.txt");
    private static final List<String> ONES = List.of(
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve");

    private Words() {}

    /** Stems of the words that carry meaning. */
    static Set<String> content(String text) {
        Set<String> stems = new LinkedHashSet<>();
        Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT).replace('’', '\''));
        while (matcher.find()) {
            String word = matcher.group().replaceAll("'s?$", "");
            if (word.length() > 1 && !STOP.contains(word) && !ONES.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /** The words that carry meaning, as they stand in the text, in order. */
    static String telling(String text) {
        return TOKEN.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(word -> !STOP.contains(word.toLowerCase(Locale.ROOT).replace('’', '\'')))
                .collect(Collectors.joining(" "));
    }

    /** Numbers in digits or as small number words, all as digits: "1,000" and "1000" are the same. */
    static Set<String> numbers(String text) {
        Set<String> numbers = new LinkedHashSet<>();
        Matcher digits = NUMBER.matcher(text);
        while (digits.find()) {
            numbers.add(canonical(digits.group()));
        }
        Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (words.find()) {
            int value = ONES.indexOf(words.group());
            // "one" is as often a pronoun.
            if (value > 1) {
                numbers.add(Integer.toString(value));
            }
        }
        return numbers;
    }

    private static String canonical(String number) {
        String plain = number.replaceAll(",(?=\\d{3}(?!\\d))", "").replace(',', '.');
        return plain.contains(".") && plain.indexOf('.') == plain.lastIndexOf('.')
                ? plain.replaceAll("0+$", "").replaceAll("\\.$", "")
                : plain;
    }

    private static String stem(String word) {
        for (String ending : List.of("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s", "e")) {
            if (word.endsWith(ending) && word.length() - ending.length() >= SHORTEST_STEM - 1) {
                String stem = word.substring(0, word.length() - ending.length());
                return ending.startsWith("ie") ? stem + "y" : stem;
            }
        }
        return word;
    }
}
