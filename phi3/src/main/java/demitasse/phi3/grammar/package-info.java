/**
 * What a text must look like, token by token. {@link demitasse.phi3.grammar.Grammar} reads GBNF or a JSON Schema into
 * rules, {@link demitasse.phi3.grammar.GrammarVocabulary} is a model's vocabulary seen through a grammar, and
 * {@link demitasse.phi3.grammar.GrammarMasks} follows one generation.
 */
package demitasse.phi3.grammar;
