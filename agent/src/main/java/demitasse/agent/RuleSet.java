package demitasse.agent;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Rules of one language as files have them: a name, a tab, a regular expression (Java) for {@link #plain} text. Several lines of
 * a name are alternatives. A name in braces stands for its expression in the lines that follow. A line that begins with # is a
 * remark.
 */
final class RuleSet {
    private static final Pattern PART = Pattern.compile("\\{[a-z]+}");
    private static final String EDGE = "\\b";
    /** What has no accent that could be taken off. */
    private static final String[][] LETTERS = {
        {"’", "'"}, {"ß", "ss"}, {"œ", "oe"}, {"æ", "ae"}, {"ø", "o"}, {"ł", "l"}, {"đ", "d"}, {"ı", "i"}
    };

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private final Collection<String> names;
    private final Map<String, String> parts = new HashMap<>();
    private final Map<String, List<String>> alternatives = new LinkedHashMap<>();

    private RuleSet(Collection<String> names) {
        this.names = names;
    }

    /**
     * The sets of a kind, by language, bundled and own lines together.
     *
     * @param names that lines may have
     * @throws IllegalArgumentException if a line is no rule, saying where
     */
    static Map<String, RuleSet> byLanguage(LanguageFiles files, String kind, Collection<String> names) {
        Map<String, RuleSet> sets = new LinkedHashMap<>();
        for (LanguageFiles.LanguageFile file : files.of(kind)) {
            sets.computeIfAbsent(file.language(), language -> new RuleSet(names))
                    .read(file);
        }
        return sets;
    }

    private void read(LanguageFiles.LanguageFile file) {
        String[] lines = file.text().split("\\R");
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank() && !lines[i].startsWith("#")) {
                try {
                    add(lines[i]);
                } catch (IllegalArgumentException e) {
                    // The first line of it: a syntax error's message has several.
                    throw new IllegalArgumentException(file.origin() + " line " + (i + 1) + ": "
                            + e.getMessage().lines().findFirst().orElse(""));
                }
            }
        }
    }

    private void add(String line) {
        int tab = line.indexOf('\t');
        if (tab <= 0) {
            throw new IllegalArgumentException("has no name and tab before the expression");
        }
        String name = line.substring(0, tab).strip();
        String expression = filledIn(line.substring(tab + 1).strip());
        Pattern.compile(expression);
        if (PART.matcher(name).matches()) {
            parts.put(name, expression);
        } else if (!names.contains(name)) {
            throw new IllegalArgumentException("'" + name + "' is none of " + String.join(", ", names));
        } else {
            alternatives.computeIfAbsent(name, n -> new ArrayList<>()).add(expression);
        }
    }

    private String filledIn(String expression) throws PatternSyntaxException {
        return PART.matcher(expression).replaceAll(found -> {
            String part = parts.get(found.group());
            if (part == null) {
                throw new IllegalArgumentException("no line " + found.group() + " before it");
            }
            return Matcher.quoteReplacement(part);
        });
    }

    /** By name in the order of the files, each one expression; what begins at the edge of a word is tried there only. */
    Map<String, Pattern> compiled() {
        Map<String, Pattern> compiled = new LinkedHashMap<>();
        alternatives.forEach((name, all) -> {
            Map<Boolean, List<String>> atEdge = all.stream().collect(Collectors.partitioningBy(RuleSet::beginsAtEdge));
            List<String> parts = new ArrayList<>(atEdge.get(false));
            if (!atEdge.get(true).isEmpty()) {
                parts.add(EDGE + anyOf(atEdge.get(true)));
            }
            compiled.put(name, Pattern.compile(anyOf(parts)));
        });
        return compiled;
    }

    private static String anyOf(List<String> expressions) {
        return expressions.stream().collect(Collectors.joining(")|(?:", "(?:(?:", "))"));
    }

    /** Whether each way to match it begins with the edge of a word. */
    private static boolean beginsAtEdge(String expression) {
        int depth = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            i += c == '\\' ? 1 : 0;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == '|' && depth == 0) {
                return false;
            }
        }
        return expression.startsWith(EDGE);
    }

    /** Lower case, letters without accents, straight apostrophes: "möchte" is "mochte", "groß" is "gross". */
    static String plain(String text) {
        String bare = MARKS.matcher(Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD))
                .replaceAll("");
        for (String[] letter : LETTERS) {
            bare = bare.replace(letter[0], letter[1]);
        }
        return bare;
    }
}
