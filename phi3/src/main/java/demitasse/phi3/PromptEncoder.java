package demitasse.phi3;

import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encodes prompts so that messages never produce control tokens. As long as no message holds the text of one, that is
 * the encoding of the whole text: merges and spaces across the borders of parts come out right. Otherwise the text is
 * cut at the control tokens that the template wrote, and what is between them is encoded as plain text.
 */
final class PromptEncoder {
    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;
    /** Longest first, as llama.cpp looks for them. */
    private final List<String> controls;

    PromptEncoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.vocabulary = tokenizer.vocabulary();
        this.controls = IntStream.range(0, vocabulary.size())
                .filter(vocabulary::isControl)
                .mapToObj(vocabulary::text)
                .filter(text -> !text.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** With BOS and EOS as the vocabulary asks for, but not a second BOS where the template wrote one. */
    int[] encode(Prompt prompt) {
        String text = prompt.text();
        boolean addSpecial = !beginsWithBos(prompt);
        List<Control> found = controls(prompt);
        if (found.stream().allMatch(Control::trusted)) {
            return tokenizer.encode(text, addSpecial, true);
        }
        return encodeAround(found.stream().filter(Control::trusted).toList(), text, addSpecial);
    }

    private boolean beginsWithBos(Prompt prompt) {
        if (prompt.parts().isEmpty() || vocabulary.bos() < 0 || !vocabulary.addsBos()) {
            return false;
        }
        Prompt.Part first = prompt.parts().getFirst();
        return first.trusted() && first.text().startsWith(vocabulary.text(vocabulary.bos()));
    }

    /** The text of a control token. @param trusted true if all of it was written by the template */
    private record Control(String text, int start, boolean trusted) {
        int end() {
            return start + text.length();
        }
    }

    /** All that do not overlap, in the order of the text; those of the template come before all others. */
    private List<Control> controls(Prompt prompt) {
        List<Control> found = new ArrayList<>();
        boolean[] taken = new boolean[prompt.text().length()];
        int start = 0;
        for (Prompt.Part part : prompt.parts()) {
            if (part.trusted()) {
                find(part.text(), start, true, taken, found);
            }
            start += part.text().length();
        }
        find(prompt.text(), 0, false, taken, found);
        found.sort(Comparator.comparingInt(Control::start));
        return found;
    }

    private void find(String text, int offset, boolean trusted, boolean[] taken, List<Control> found) {
        for (String control : controls) {
            for (int at = text.indexOf(control); at >= 0; at = text.indexOf(control, at + 1)) {
                Control match = new Control(control, offset + at, trusted);
                if (!anyTaken(taken, match)) {
                    Arrays.fill(taken, match.start(), match.end(), true);
                    found.add(match);
                }
            }
        }
    }

    private static boolean anyTaken(boolean[] taken, Control match) {
        for (int i = match.start(); i < match.end(); i++) {
            if (taken[i]) {
                return true;
            }
        }
        return false;
    }

    private int[] encodeAround(List<Control> controls, String text, boolean addSpecial) {
        IntStream.Builder ids = IntStream.builder();
        if (addSpecial && vocabulary.addsBos() && vocabulary.bos() >= 0) {
            ids.add(vocabulary.bos());
        }
        int at = 0;
        boolean stripped = false;
        for (Control control : controls) {
            addPlain(text.substring(at, control.start()), stripped, ids);
            ids.add(vocabulary.id(control.text()));
            at = control.end();
            stripped = stripsRight(control.text());
        }
        addPlain(text.substring(at), stripped, ids);
        if (addSpecial && vocabulary.addsEos() && vocabulary.eos() >= 0) {
            ids.add(vocabulary.eos());
        }
        return ids.build().toArray();
    }

    private void addPlain(String text, boolean stripLeft, IntStream.Builder ids) {
        String plain = stripLeft ? stripLeading(text) : text;
        if (!plain.isEmpty()) {
            int[] encoded = tokenizer.encode(plain, false, false);
            if (Arrays.stream(encoded).anyMatch(vocabulary::isControl)) {
                encoded = tokenizer.encode(broken(plain), false, false);
            }
            Arrays.stream(encoded).forEach(ids::add);
        }
    }

    /**
     * The text with a space in each control token. Some vocabularies cut a control token out of any text, since they
     * count it as one of the user's own, too (Phi-3's {@code </s>}).
     */
    private String broken(String text) {
        String broken = text;
        for (String control : controls) {
            int middle = control.offsetByCodePoints(0, 1);
            broken = broken.replace(control, control.substring(0, middle) + " " + control.substring(middle));
        }
        return broken;
    }

    /** Some control tokens swallow the white space behind them (Phi-3's do): the tokenizer knows, so ask it. */
    private boolean stripsRight(String control) {
        return Arrays.equals(
                tokenizer.encode(control + "\nx", false, true), tokenizer.encode(control + "x", false, true));
    }

    /** C's isspace, as llama.cpp strips. */
    private static String stripLeading(String text) {
        int at = 0;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) >= '\t' && text.charAt(at) <= '\r')) {
            at++;
        }
        return text.substring(at);
    }
}
