package demitasse.agent.pii;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A text in pieces, of which some are personal data.
 *
 * @param group texts made from one template share it
 */
record LabelledText(String source, String group, List<Piece> pieces) {
    /** @param type name, address, other (a firm or place), or empty for none */
    record Piece(String type, String text) {
        static final String NAME = "name";
        static final String ADDRESS = "address";
        static final String OTHER = "other";
        static final String NONE = "";
    }

    private static final Map<String, String> CHAT = Map.ofEntries(
            Map.entry("you", "u"),
            Map.entry("your", "ur"),
            Map.entry("are", "r"),
            Map.entry("please", "pls"),
            Map.entry("thanks", "thx"),
            Map.entry("to", "2"),
            Map.entry("for", "4"),
            Map.entry("I", "i"),
            Map.entry("want", "wanna"),
            Map.entry("have", "hav"),
            Map.entry("what", "wat"),
            Map.entry("because", "coz"),
            Map.entry("about", "abt"),
            Map.entry("with", "w"),
            Map.entry("don't", "dont"),
            Map.entry("can't", "cant"),
            Map.entry("I'm", "im"));

    String text() {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.text()));
        return text.toString();
    }

    LabelledText lowerCased() {
        return new LabelledText(
                source,
                group,
                pieces.stream()
                        .map(p -> new Piece(p.type(), p.text().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /** Every Word With a Capital. */
    LabelledText titleCased() {
        return new LabelledText(
                source,
                group,
                pieces.stream()
                        .map(p -> new Piece(
                                p.type(),
                                Arrays.stream(p.text().split("(?<=\\s)", -1))
                                        .map(LabelledText::capitalised)
                                        .collect(Collectors.joining())))
                        .toList());
    }

    static String capitalised(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** As typed in a hurry: without commas and full stops. */
    LabelledText unpunctuated() {
        return new LabelledText(
                source,
                group,
                pieces.stream()
                        .map(p -> new Piece(p.type(), p.text().replaceAll("[.,!?]+(?=\\s|$)", "")))
                        .toList());
    }

    /** With slips of the keyboard and short forms of chats, outside of what is to be found. */
    LabelledText mistyped(Random random) {
        return new LabelledText(
                source,
                group,
                pieces.stream()
                        .map(p -> p.type().isEmpty() ? new Piece(p.type(), mistyped(p.text(), random)) : p)
                        .toList());
    }

    private static String mistyped(String text, Random random) {
        StringBuilder out = new StringBuilder(text.length());
        for (String word : text.split("(?<= )", -1)) {
            String bare = word.strip();
            String chat = CHAT.get(bare);
            boolean plain = bare.length() > 3 && bare.chars().allMatch(c -> c >= 'a' && c <= 'z');
            if (chat != null && random.nextInt(2) == 0) {
                out.append(word.replace(bare, chat));
            } else if (plain && random.nextInt(6) == 0) {
                int at = 1 + random.nextInt(bare.length() - 1);
                out.append(
                        switch (random.nextInt(3)) {
                            case 0 -> word.substring(0, at) + word.substring(at + 1);
                            case 1 -> word.substring(0, at) + word.charAt(at) + word.substring(at);
                            default ->
                                word.substring(0, at - 1)
                                        + word.charAt(at)
                                        + word.charAt(at - 1)
                                        + word.substring(at + 1);
                        });
            } else {
                out.append(word);
            }
        }
        return out.toString();
    }

    /** The label of each token, by where it starts. */
    int[] labels(Tokens tokens) {
        int[] labels = new int[tokens.size()];
        int from = 0;
        int t = 0;
        for (Piece piece : pieces) {
            int to = from + piece.text().length();
            int begin = switch (piece.type()) {
                case Piece.NAME -> TaggerModel.NAME;
                case Piece.ADDRESS -> TaggerModel.ADDRESS;
                case Piece.OTHER -> TaggerModel.OTHER;
                default -> TaggerModel.OUTSIDE;
            };
            boolean first = true;
            while (t < labels.length && tokens.start()[t] < to) {
                if (begin != TaggerModel.OUTSIDE && tokens.end()[t] > from) {
                    labels[t] = first ? begin : begin + 1;
                    first = false;
                }
                t++;
            }
            from = to;
        }
        return labels;
    }
}
