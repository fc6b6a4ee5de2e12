package demitasse.convert;

import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** BERT's vocab.txt: one token a line. */
final class WordList {
    private static final String NAME = "vocab.txt";
    private static final Set<String> CONTROL = Set.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    private WordList() {}

    static TokenList read(HfFolder folder, JsonFile config, JsonFile tokenizerConfig) throws IOException {
        if (!folder.has(NAME)) {
            throw new ModelLoadException("the folder", TokenizerKeys.JSON + " or " + NAME, "neither");
        }
        List<String> lines = List.of(folder.text(NAME).split("\\r?\\n"));
        TokenList tokens = new TokenList(config.positive("vocab_size"));
        for (int id = 0; id < lines.size(); id++) {
            tokens.setNormal(id, lines.get(id), NAME);
            if (CONTROL.contains(lines.get(id))) {
                tokens.set(id, lines.get(id), TokenList.CONTROL, 0);
            }
        }
        for (AddedTokens.Token token : AddedTokens.ofConfig(tokenizerConfig)) {
            tokens.setAdded(token, token.isControl(), TokenizerKeys.CONFIG);
        }
        return tokens;
    }
}
