package demitasse.agent.pii;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes texts from rules "key = alternative", one alternative a line or several between ||. In an alternative {@code {key}}
 * is replaced by one of the key's alternatives, {@code <key>} too and marked as a piece, ~ is a digit, ^ a capital letter,
 * \n a line end, and @ in a key stands for the country that the piece is from.
 */
final class TextGrammar {
    private static final String COUNTRY = "country";

    private final Map<String, List<String>> rules = new HashMap<>();
    private final Random random;

    TextGrammar(List<String> lines, Random random) {
        this.random = random;
        for (String line : lines) {
            int equals = line.indexOf(" = ");
            for (String alternative : line.substring(equals + 3).split(" \\|\\| ", -1)) {
                add(line.substring(0, equals), alternative);
            }
        }
    }

    void add(String key, String alternative) {
        rules.computeIfAbsent(key, k -> new ArrayList<>()).add(alternative);
    }

    /** Words of lists by country as {@code key.country}. */
    void addLists(String key, Map<String, List<String>> lists) {
        lists.forEach((country, words) -> words.forEach(word -> add(key + "." + country, word)));
    }

    int alternatives(String key) {
        return rules.get(key).size();
    }

    /** A text from one alternative of the key, as {@code index} says. */
    LabelledText text(String source, String key, int index) {
        List<LabelledText.Piece> pieces = new ArrayList<>();
        String template = rules.get(key).get(index);
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('<', at);
            int end = open < 0 ? template.length() : open;
            plain.append(expand(template.substring(at, end), pick(COUNTRY)));
            at = end;
            if (open >= 0) {
                int close = template.indexOf('>', open);
                String entity = template.substring(open + 1, close);
                pieces.add(new LabelledText.Piece(LabelledText.Piece.NONE, plain.toString()));
                plain.setLength(0);
                pieces.add(piece(entity));
                at = close + 1;
            }
        }
        pieces.add(new LabelledText.Piece(LabelledText.Piece.NONE, plain.toString()));
        return new LabelledText(source, key + index, pieces);
    }

    /** @param entity a key; name, given and surname are names, address is one, all else is other */
    LabelledText.Piece piece(String entity) {
        String type = switch (entity) {
            case "name", "given", "surname", "person" -> LabelledText.Piece.NAME;
            case "address", "street", "mixed" -> LabelledText.Piece.ADDRESS;
            default -> LabelledText.Piece.OTHER;
        };
        return new LabelledText.Piece(type, expand("{" + entity + "}", pick(COUNTRY)));
    }

    private String pick(String key) {
        List<String> alternatives = rules.get(key);
        if (alternatives == null) {
            throw new IllegalArgumentException("no rule " + key);
        }
        return alternatives.get(random.nextInt(alternatives.size()));
    }

    private String expand(String pattern, String country) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '{' -> {
                    int close = pattern.indexOf('}', i);
                    String key = pattern.substring(i + 1, close).replace("@", country);
                    out.append(expand(pick(key), country));
                    i = close;
                }
                case '~' -> out.append((char) ('0' + random.nextInt(10)));
                case '^' -> out.append((char) ('A' + random.nextInt(26)));
                case '\\' -> {
                    out.append('\n');
                    i++;
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
