package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Texts of customers in other languages than English; prints the figures, and errors with -Dpii.errors=true. Another file
 * of that kind is judged, and only printed, with -Dpii.languages=FILE.
 */
class OtherLanguagesTest {
    private static final Pattern MARKED = Pattern.compile("\\{([a-z_]+):([^}]*)}");

    private final PrintWriter out = new PrintWriter(System.out, true);

    /** The texts by language, as the filter reads them. */
    private static Map<String, List<PiiText>> texts(String lines) {
        PiiFilter filter = new PiiFilter();
        Map<String, List<PiiText>> texts = new TreeMap<>();
        lines.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int tab = line.indexOf('\t');
            texts.computeIfAbsent(line.substring(0, tab), code -> new ArrayList<>())
                    .add(text(line.substring(tab + 1).replace("\\n", "\n"), filter));
        });
        return texts;
    }

    private static PiiText text(String marked, PiiFilter filter) {
        List<PiiSpan> spans = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        Matcher matcher = MARKED.matcher(marked);
        while (matcher.find()) {
            matcher.appendReplacement(plain, "");
            int start = plain.codePointCount(0, plain.length());
            plain.append(matcher.group(2));
            spans.add(new PiiSpan(matcher.group(1), start, plain.codePointCount(0, plain.length())));
        }
        String text = matcher.appendTail(plain).toString();
        return new PiiText(text, spans, filter.redact(text).spans());
    }

    private record Figures(PiiScore score, long texts, long alarms, long masked, long spans) {
        static Figures of(List<PiiText> texts, List<String> errors) {
            PiiScore score = new PiiScore();
            texts.forEach(text -> errors.addAll(score.add(text)));
            List<PiiText> empty =
                    texts.stream().filter(text -> text.wanted().isEmpty()).toList();
            return new Figures(
                    score,
                    empty.size(),
                    empty.stream().filter(text -> !text.found().isEmpty()).count(),
                    texts.stream()
                            .mapToLong(text -> text.wanted().stream()
                                    .filter(text::isMasked)
                                    .count())
                            .sum(),
                    texts.stream().mapToLong(text -> text.wanted().size()).sum());
        }
    }

    private Figures judge(String language, List<PiiText> texts) {
        List<String> errors = new ArrayList<>();
        Figures figures = Figures.of(texts, errors);
        if (Boolean.getBoolean("pii.errors")) {
            errors.forEach(error -> out.println(language + " " + error.replace("\n", "\\n")));
        }
        figures.score.print(language, out);
        out.printf(
                Locale.ROOT,
                "%-34s false alarms in %d of %d texts; %d of %d spans masked whole%n",
                language,
                figures.alarms,
                figures.texts,
                figures.masked,
                figures.spans);
        return figures;
    }

    @TestFactory
    List<DynamicTest> masksPersonsAndNotNouns() throws IOException {
        String file = System.getProperty("pii.languages");
        String lines = file == null
                ? Lexicon.lines("languages.tsv").stream().collect(Collectors.joining("\n"))
                : Files.readString(Path.of(file), StandardCharsets.UTF_8);
        return texts(lines).entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Figures figures = judge(entry.getKey(), entry.getValue());
                    if (file == null) {
                        check(figures);
                    }
                }))
                .toList();
    }

    private static void check(Figures figures) {
        assertAll(
                () -> assertEquals(0, figures.alarms, "false alarms"),
                () -> assertTrue(figures.score.recall("name") >= 0.9, "names"),
                () -> assertTrue(figures.score.precision("name") >= 0.9, "names"),
                () -> assertTrue(figures.score.recall("address") >= 0.9, "addresses"),
                () -> assertTrue(figures.score.recall("phone") >= 0.9, "phones"),
                () -> assertTrue(figures.masked >= 0.9 * figures.spans, "masked whole"));
    }
}
