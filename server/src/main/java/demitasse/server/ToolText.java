package demitasse.server;

import demitasse.phi3.ScoredToken;
import java.util.ArrayList;
import java.util.List;

/** One answer of a stream: what tells its text from calls, and the tokens of text that is held back meanwhile. */
record ToolText(ToolAnswer answer, List<ScoredToken> held) {
    ToolText(ToolAnswer answer) {
        this(answer, new ArrayList<>());
    }

    void add(List<ScoredToken> tokens) {
        held.addAll(tokens);
    }

    List<ScoredToken> takeTokens() {
        List<ScoredToken> tokens = List.copyOf(held);
        held.clear();
        return tokens;
    }
}
