package demitasse.cli.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The worst errors as a Markdown page to read, by kind. */
final class ErrorPage {
    private static final int MOST_PER_SET = 15;
    private static final int MOST_TEXT = 160;
    private static final String SPECIAL = "([\\\\`*\\[\\]<>|~])";

    private ErrorPage() {}

    static String markdown(List<Mistake> mistakes) {
        StringBuilder page = new StringBuilder("""
                # The worst errors

                The texts stand here as they are in the data, personal data included: keep this page as you keep them.
                What is right according to the data may be wrong, or one of several right answers.
                """);
        for (Mistake.Kind kind : Mistake.Kind.values()) {
            List<Mistake> all = mistakes.stream().filter(m -> m.kind() == kind).toList();
            if (!all.isEmpty()) {
                kind(page, kind, all);
            }
        }
        if (mistakes.isEmpty()) {
            page.append("\nNone.\n");
        }
        return page.toString();
    }

    private static void kind(StringBuilder page, Mistake.Kind kind, List<Mistake> all) {
        List<Mistake> shown = worst(all);
        page.append("\n## ").append(kind.title()).append("\n\n");
        page.append(shown.size()).append(" of ").append(all.size()).append(":\n\n");
        page.append("| set | text | right | what came |\n|---|---|---|---|\n");
        for (Mistake m : shown) {
            page.append("| ").append(cell(m.set())).append(" | ").append(cell(m.text()));
            page.append(" | ").append(cell(m.expected())).append(" | ").append(cell(m.got()));
            page.append(" |\n");
        }
    }

    private static List<Mistake> worst(List<Mistake> all) {
        Map<String, Integer> perSet = new HashMap<>();
        List<Mistake> shown = new ArrayList<>();
        Set<List<String>> seen = new HashSet<>();
        for (Mistake mistake : all.stream()
                .sorted(Comparator.comparingDouble(Mistake::weight).reversed())
                .toList()) {
            // The same text may stand in several files.
            boolean news = seen.add(List.of(mistake.text(), mistake.expected(), mistake.got()));
            if (news && perSet.merge(mistake.set(), 1, Integer::sum) <= MOST_PER_SET) {
                shown.add(mistake);
            }
        }
        return shown;
    }

    private static String cell(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) > MOST_TEXT) {
            line = line.substring(0, line.offsetByCodePoints(0, MOST_TEXT)) + "…";
        }
        return line.replaceAll(SPECIAL, "\\\\$1");
    }
}
