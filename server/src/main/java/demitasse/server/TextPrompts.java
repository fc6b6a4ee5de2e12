package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.phi3.ScoredToken;
import demitasse.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/** The prompts of OpenAI's completions: a text, tokens, or an array of texts or of tokens. */
final class TextPrompts {
    /** @param text null: tokens were given */
    private record Item(String text, int[] ids) {}

    private static final String NAME = "prompt";

    private final ChatModel model;
    private final List<Item> items = new ArrayList<>();

    /** @throws ApiException 400 unless there are some */
    TextPrompts(Fields fields, ChatModel model) {
        this.model = model;
        if (!fields.has(NAME)) {
            throw ApiException.missing(NAME);
        }
        JsonNode node = fields.node(NAME);
        boolean one = node.isTextual() || node.path(0).isNumber();
        for (JsonNode prompt : one ? List.of(node) : Fields.items(node, NAME)) {
            items.add(item(prompt));
        }
        if (items.isEmpty()) {
            throw ApiException.invalid(NAME, "'" + NAME + "' must be a text, token ids, or an array of either");
        }
    }

    private Item item(JsonNode prompt) {
        String text = prompt.isArray() ? null : Fields.asText(prompt, NAME);
        if (text == null ? prompt.isEmpty() : text.isEmpty()) {
            throw ApiException.invalid(NAME, "'" + NAME + "' is empty");
        }
        return new Item(text, text == null ? Fields.tokens(prompt, NAME, model.vocabularySize()) : model.encode(text));
    }

    List<int[]> ids() {
        return items.stream().map(Item::ids).toList();
    }

    int size() {
        return items.size();
    }

    /** What answers begin with that repeat their prompts. */
    List<Echo> echoes() {
        return items.stream().map(item -> new Echo(text(item), List.of())).toList();
    }

    /** The same, with what the model thinks of the prompts' tokens. @param scores as {@link ChatModel#score} tells them */
    List<Echo> echoes(List<List<ScoredToken>> scores) {
        List<Echo> echoes = new ArrayList<>();
        for (Item item : items) {
            List<ScoredToken> tokens = new ArrayList<>(scores.get(echoes.size()));
            if (!beginsWithAddedBos(item)) {
                int first = item.ids()[0];
                byte[] bytes = model.tokenizer().piece(first, true);
                tokens.addFirst(new ScoredToken(new ScoredToken.Score(first, bytes, Float.NaN), List.of()));
            }
            echoes.add(new Echo(text(item), tokens));
        }
        return echoes;
    }

    /** A BOS that is no part of the text is not told. */
    private boolean beginsWithAddedBos(Item item) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        return item.text() != null
                && vocabulary.addsBos()
                && item.ids()[0] == vocabulary.bos()
                && !item.text().startsWith(vocabulary.text(vocabulary.bos()));
    }

    private String text(Item item) {
        return item.text() != null ? item.text() : MixedText.decode(item.ids(), model.tokenizer());
    }

    /**
     * @param tokens those of the text, if they are to be told; before the first of all stands nothing, so that it has
     *     no probability but NaN
     */
    record Echo(String text, List<ScoredToken> tokens) {
        static final Echo NONE = new Echo("", List.of());
    }
}
