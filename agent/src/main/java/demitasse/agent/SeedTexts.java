package demitasse.agent;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our own labelled texts. A line may be a pattern with choices, {@code {a|b|c}}: it stands for a few texts in which each
 * choice occurs, not for all combinations, so that a long pattern does not outweigh a short one.
 */
final class SeedTexts {
    private static final String RESOURCE = "seed-texts.tsv";
    private static final Pattern CHOICE = Pattern.compile("\\{([^}]*)\\}");
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final Pattern BLANK_BEFORE_MARK = Pattern.compile(" ([,?])");
    /** How often the longest list of choices is gone through. */
    private static final int ROUNDS = 2;

    /** A text and its label. */
    record Seed(String label, String text) {}

    private SeedTexts() {}

    static List<Seed> all() {
        List<Seed> seeds = new ArrayList<>();
        for (String line : WordList.text(RESOURCE).split("\n")) {
            int tab = line.indexOf('\t');
            if (tab > 0 && !line.startsWith("#")) {
                String label = line.substring(0, tab);
                expand(line.substring(tab + 1)).forEach(text -> seeds.add(new Seed(label, text)));
            }
        }
        return seeds;
    }

    /** The texts of a pattern, each once; a text without choices is itself. */
    static Set<String> expand(String pattern) {
        List<String[]> choices = CHOICE.matcher(pattern)
                .results()
                .map(match -> match.group(1).split("\\|", -1))
                .toList();
        int longest = choices.stream().mapToInt(list -> list.length).max().orElse(0);
        if (longest == 0) {
            return Set.of(pattern);
        }
        Set<String> texts = new LinkedHashSet<>();
        for (int i = 0; i < longest * ROUNDS; i++) {
            int text = i;
            int[] place = {0};
            String filled = CHOICE.matcher(pattern).replaceAll(match -> {
                String[] list = choices.get(place[0]);
                // Each round shifts the lists against each other, so that lists of one length do not walk in step.
                int choice = (text + text / longest * place[0]++) % list.length;
                return Matcher.quoteReplacement(list[choice]);
            });
            String single = BLANKS.matcher(filled).replaceAll(" ");
            texts.add(BLANK_BEFORE_MARK.matcher(single).replaceAll("$1").strip());
        }
        return texts;
    }
}
