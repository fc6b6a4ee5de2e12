package demitasse.server;

import demitasse.phi3.tools.ToolCall;
import demitasse.phi3.tools.ToolCallParser;
import demitasse.phi3.tools.ToolForm;
import demitasse.phi3.tools.Tools;
import java.util.List;
import java.util.function.Supplier;

/** Tells text from calls in one answer; without tools, all is text. */
final class ToolAnswer {
    /** Null where no tools were offered. */
    private final ToolCallParser parser;

    private final int most;
    private int told;

    private ToolAnswer(ToolCallParser parser, int most) {
        this.parser = parser;
        this.most = most;
    }

    static ToolAnswer none() {
        return new ToolAnswer(null, 0);
    }

    static Supplier<ToolAnswer> supplier(Tools tools, ChatModel model) {
        return tools.isEmpty() ? ToolAnswer::none : () -> of(tools, model.toolForm());
    }

    static ToolAnswer of(Tools tools, ToolForm form) {
        ToolCallParser parser = new ToolCallParser(form, tools, () -> AnswerShape.newId("call_"));
        if (tools.required()) {
            parser.next(form.opening()); // the prompt ends with it
        }
        return new ToolAnswer(parser, tools.parallel() ? Integer.MAX_VALUE : 1);
    }

    /** The text that can be given out after this piece of the answer. */
    String next(String piece) {
        return parser == null ? piece : parser.next(piece);
    }

    /** The rest of the text, at the end. */
    String finish() {
        return parser == null ? "" : parser.finish();
    }

    /** The calls so far. */
    List<ToolCall> calls() {
        return parser == null ? List.of() : parser.calls().stream().limit(most).toList();
    }

    /** The calls since this was last asked. */
    List<ToolCall> newCalls() {
        List<ToolCall> calls = calls();
        List<ToolCall> fresh = calls.subList(told, calls.size());
        told = calls.size();
        return fresh;
    }
}
