package demitasse.agent.pii;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of a shop that are always or never masked, whatever rules and tagger say. A line of the file is {@code always} or
 * {@code never} and a word or phrase; blank lines and lines that start with # are skipped. Case does not matter. Immutable.
 */
public final class PiiTerms {
    /** The system property that names the file which {@link PiiFilter} reads by itself. */
    public static final String FILE_PROPERTY = "demitasse.pii.terms";

    static final String TYPE = "private";
    private static final Pattern LINE = Pattern.compile("(always|never)\\s+(\\S.*)");

    private final List<Pattern> always;
    private final List<Pattern> never;

    private PiiTerms(List<Pattern> always, List<Pattern> never) {
        this.always = always;
        this.never = never;
    }

    public static PiiTerms none() {
        return new PiiTerms(List.of(), List.of());
    }

    /** Those of the file that {@link #FILE_PROPERTY} names, if any; fails as {@link #read}. */
    static PiiTerms configured() {
        String file = System.getProperty(FILE_PROPERTY);
        return file == null ? none() : read(Path.of(file));
    }

    /** @throws IllegalArgumentException if the file cannot be read or a line says neither always nor never */
    public static PiiTerms read(Path file) {
        List<Pattern> always = new ArrayList<>();
        List<Pattern> never = new ArrayList<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read as UTF-8 text", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches()) {
                    throw new IllegalArgumentException(
                            file + ", line " + (i + 1) + ": starts with neither always nor never");
                }
                (matcher.group(1).equals("always") ? always : never).add(pattern(matcher.group(2)));
            }
        }
        return new PiiTerms(List.copyOf(always), List.copyOf(never));
    }

    /** Whole words; any white space between them. */
    private static Pattern pattern(String term) {
        StringBuilder regex = new StringBuilder("(?iu)(?<![\\p{L}\\p{N}])");
        String[] words = term.split("\\s+");
        for (int i = 0; i < words.length; i++) {
            regex.append(i == 0 ? "" : "\\s+").append(Pattern.quote(words[i]));
        }
        return Pattern.compile(regex.append("(?![\\p{L}\\p{N}])").toString());
    }

    /** What is always masked. */
    List<PiiRule.Match> find(String text) {
        return matches(always, text);
    }

    /** Without what is never masked: a finding within such a term falls, a name around it is cut down to the rest. */
    List<PiiRule.Match> allowed(String text, List<PiiRule.Match> found) {
        List<PiiRule.Match> kept = found;
        for (PiiRule.Match term : matches(never, text)) {
            List<PiiRule.Match> next = new ArrayList<>();
            for (PiiRule.Match match : kept) {
                boolean apart = match.end() <= term.start() || term.end() <= match.start();
                boolean within = term.start() <= match.start() && match.end() <= term.end();
                if (apart || !within && !match.type().equals("name")) {
                    next.add(match);
                } else if (!within) {
                    addRest(text, match.start(), term.start(), next);
                    addRest(text, term.end(), match.end(), next);
                }
            }
            kept = next;
        }
        return kept;
    }

    private static void addRest(String text, int from, int to, List<PiiRule.Match> kept) {
        int start = from;
        int end = to;
        while (start < end && !Character.isLetterOrDigit(text.charAt(start))) {
            start++;
        }
        while (end > start && !Character.isLetterOrDigit(text.charAt(end - 1))) {
            end--;
        }
        if (start < end) {
            kept.add(new PiiRule.Match("name", start, end));
        }
    }

    private static List<PiiRule.Match> matches(List<Pattern> terms, String text) {
        List<PiiRule.Match> matches = new ArrayList<>();
        for (Pattern term : terms) {
            Matcher matcher = term.matcher(text);
            while (matcher.find()) {
                matches.add(new PiiRule.Match(TYPE, matcher.start(), matcher.end()));
            }
        }
        return matches;
    }
}
