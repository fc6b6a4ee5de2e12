package demitasse.phi3.grammar;

import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What a text must look like: a context-free grammar in llama.cpp's GBNF, or a JSON Schema turned into one. Immutable,
 * safe for several threads. A generation under a grammar can only produce texts that it accepts, if it is not cut off.
 */
public final class Grammar {
    private final RuleTable table;

    /** The text, if tokens stand in it by name: which those are, a vocabulary tells. */
    private final String named;

    private Grammar(RuleTable table, String named) {
        this.table = table;
        this.named = named;
        // The first state shows whether the grammar explodes.
        new Automaton(table);
    }

    /**
     * @param gbnf llama.cpp's dialect (grammars/README.md there); begins at rule {@code root}
     * @throws GrammarException if it is broken, left-recursive (also behind rules that may be empty) or explodes
     */
    public static Grammar parse(String gbnf) {
        boolean[] named = new boolean[1];
        RuleTable table = GbnfParser.parse(gbnf, name -> {
            named[0] = true;
            return CharSet.LAST_TOKEN;
        });
        return new Grammar(table, named[0] ? gbnf : null);
    }

    /**
     * The grammar of JSON documents that a schema allows, in one form of each: required properties first in the schema's
     * order, then optional ones in that order; whole numbers without fraction or exponent, numbers between bounds without
     * exponent; objects with {@code properties} closed unless the schema opens them; tuples in full. What it accepts,
     * the schema allows.
     *
     * @param schema JSON as maps (in the document's order), lists, strings, numbers, booleans and nulls
     * @throws GrammarException if the schema is broken, asks for what we cannot express, or allows nothing
     */
    public static Grammar ofJsonSchema(Map<String, ?> schema) {
        return new Grammar(SchemaConverter.convert(schema), null);
    }

    /** Any JSON object. */
    public static Grammar jsonObject() {
        return Json.OBJECT;
    }

    /** Made when first asked for. */
    private static final class Json {
        private static final Grammar OBJECT = ofJsonSchema(Map.of("type", "object"));
    }

    /** Whether the grammar can end exactly at the end of the text. A token, as {@code <think>}, is no text. */
    public boolean accepts(String text) {
        Automaton states = new Automaton(table);
        int state = states.start();
        for (int i = 0; i < text.length() && state != Automaton.DEAD; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            states.renew();
            state = states.next(states.full() ? states.restart(state) : state, table.classOf(c));
        }
        return states.mayEnd(state);
    }

    RuleTable table() {
        return table;
    }

    /** The rules with the tokens of a vocabulary. */
    RuleTable table(ToIntFunction<String> tokens) {
        return named == null ? table : GbnfParser.parse(named, tokens);
    }
}
