package demitasse.phi3.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.testkit.SharedData;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** golden/grammar, and what must be refused. */
class GrammarTest {
    private static final List<String> PROBES = List.of("a", "b", "aa", "aaa", "", "y", "abb", "ab", "c", "ababc");

    @Test
    void acceptsAndRejectsAsLlamaCpp() {
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/grammar/grammars.jsonl"))) {
            Grammar grammar = Grammar.parse(row.get("grammar").asText());
            for (JsonNode text : row.path("accept")) {
                assertTrue(grammar.accepts(text.asText()), row.get("name") + " must accept " + text);
            }
            for (JsonNode text : row.path("reject")) {
                assertFalse(grammar.accepts(text.asText()), row.get("name") + " must reject " + text);
            }
        }
    }

    @Test
    void readsWhatLlamaCppReads() {
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/grammar/parse.jsonl"))) {
            String text = row.get("grammar").asText();
            if (row.get("expect").asText().equals("error")) {
                assertThrows(
                        GrammarException.class,
                        () -> Grammar.parse(text),
                        row.get("name").asText());
                continue;
            }
            Grammar grammar = Grammar.parse(text);
            Set<String> accepted = new HashSet<>();
            PROBES.stream().filter(grammar::accepts).forEach(accepted::add);
            Set<String> expected = new HashSet<>();
            row.get("accepts").forEach(probe -> expected.add(probe.asText()));
            assertEquals(expected, accepted, row.get("name").asText());
        }
    }

    @Test
    void schemasTakeWhatLlamaCppTakes() {
        for (JsonNode row : SharedData.jsonLines(SharedData.require("golden/grammar/schemas.jsonl"))) {
            Grammar grammar = Grammar.ofJsonSchema(schema(row.get("schema").toString()));
            for (JsonNode text : row.get("valid")) {
                assertTrue(grammar.accepts(text.asText()), row.get("name") + " must accept " + text);
            }
            for (JsonNode text : row.get("invalid")) {
                assertFalse(grammar.accepts(text.asText()), row.get("name") + " must reject " + text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'type':'integer','minimum':1000} ~ 1000 9999 123456 ~ 10 999 -1000",
                "{'type':'integer','minimum':-250,'maximum':1043} ~ -250 -249 -9 0 7 99 1000 1043 ~ -251 1044 -0 01",
                "{'type':'number','minimum':0,'maximum':1} ~ 0 0.5 1 0.999 ~ 1.5 -0.5 2 1e3",
                "{'type':'string','pattern':'b+'} ~ 'abc' 'b' 'bb' ~ 'ac' ''",
                "{'type':'string','pattern':'^[^a]$'} ~ 'b' '\\\\' '\\n' ~ 'a' '\\' 'bb'",
                "{'$ref':'#/$defs/a%25','$defs':{'a%':{'enum':['x']}}} ~ 'x' ~ 'y'",
                "{'properties':{'k':{'const':1}},'additionalProperties':true} ~ {} {'k':1} {'kk':2} {'j':[]} ~ {'k':2}",
                "{'type':'array','items':false} ~ [] ~ [1]",
                "{'type':'object','properties':{'a':{},'b':{}},'anyOf':[{'required':['a']},{'required':['b']}]}"
                        + " ~ {'a':1} {'b':1} ~ {} {'c':1}",
                "{'type':'string','pattern':'^[a-z]+$','minLength':2,'maxLength':3} ~ 'ab' 'abc' ~ 'a' 'abcd' 'a1'",
                "{'type':'string','pattern':'(^a|b$)','maxLength':2} ~ 'a' 'ax' 'xb' ~ 'xa' 'bx' 'axx'",
                "{'type':'string','pattern':'^(a*)*$','minLength':2} ~ 'aa' 'aaa' ~ 'a' ''",
                "{'type':'string','minLength':2} ~ 'ab' '\\u0041b' ~ 'a' '\\ud83d\\ude00' '\\ud83d'",
                "{'type':'string','format':'date'} ~ '2024-02-29' '2000-02-29' ~ '2023-02-29' '1900-02-29' '2024-04-31'",
                "{'type':'string','format':'ipv4'} ~ '0.0.0.0' '255.1.20.3' ~ '256.0.0.0' '1.2.3' '01.2.3.4'",
                "{'type':'string','format':'unknown'} ~ 'x' ~ 1",
                "{'type':'number','minimum':0.5,'exclusiveMaximum':1.25} ~ 0.5 1 1.2 1.249 0.75 ~ 0.4 1.25 1.250 2 0.49",
                "{'type':'number','minimum':-2,'maximum':-0.5} ~ -2 -2.0 -0.5 -0.50 -1.75 ~ -2.01 -0.4 0 -0.49 1",
                "{'type':'number','exclusiveMinimum':0} ~ 0.1 1 0.001 0.0196 ~ 0 0.0 -1",
                "{'type':'integer','multipleOf':7} ~ 0 7 -14 105 ~ 1 8 07",
                "{'type':'integer','multipleOf':25,'minimum':-30,'maximum':60} ~ -25 0 25 50 ~ 75 -50 10",
                "{'minimum':3} ~ 3 'a' null [1] ~ 2",
                "{'enum':[1,'a',null],'type':['string','null']} ~ 'a' null ~ 1",
                "{'type':'object','properties':{'a':{},'b':{},'c':{}},'minProperties':1,'maxProperties':2}"
                        + " ~ {'a':1} {'a':1,'c':1} ~ {} {'a':1,'b':1,'c':1}",
                "{'type':'object','additionalProperties':{'type':'null'},'minProperties':1} ~ {'a':null} ~ {}",
                "{'type':'object','properties':{'a':{},'\\u0001':{}},'additionalProperties':{'type':'null'}}"
                        + " ~ {'b':null} {'\\u0001':1} {'\\n':null} ~ {'b':1} {'\\u0002':null} {'\\u00':1}",
                "{'type':'array','prefixItems':[{'type':'integer'},{'type':'null'}],'items':{'const':2},'maxItems':3}"
                        + " ~ [1,null] [1,null,2] ~ [1] [1,null,2,2] [1,null,3]",
                "{'$ref':'#/$defs/a','maximum':5,'$defs':{'a':{'type':'integer','minimum':3}}} ~ 3 5 ~ 2 6",
                "{'allOf':[{'properties':{'a':{'type':'null'}},'additionalProperties':false},{'properties':{'b':{}}}]}"
                        + " ~ {} {'a':null} ~ {'b':1} {'a':null,'b':1}",
                "{'allOf':[{'anyOf':[{'const':1},{'const':2}]},{'anyOf':[{'const':2},{'const':3}]}]} ~ 2 ~ 1 3",
                "{'oneOf':[{'enum':[1,2]},{'enum':[2,3]}]} ~ 1 3 ~ 2",
                "{'type':'object','properties':{'a':{},'b':{}},'oneOf':[{'required':['a']},{'required':['b']}]}"
                        + " ~ {'a':1} {'b':1} ~ {} {'a':1,'b':1}",
                "{'properties':{'n':{'$ref':'#'}},'additionalProperties':false} ~ {} {'n':{'n':{}}} ~ {'n':1}"
            })
    void schemas(String schema, String valid, String invalid) {
        Grammar grammar = Grammar.ofJsonSchema(schema(schema.replace('\'', '"')));
        for (String text : valid.replace('\'', '"').split(" ")) {
            assertTrue(grammar.accepts(text), schema + " must accept " + text);
        }
        for (String text : invalid.replace('\'', '"').split(" ")) {
            assertFalse(grammar.accepts(text), schema + " must reject " + text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#\"}",
                "{\"$ref\":\"http://x/y\"}",
                "{\"$ref\":\"#/nowhere\"}",
                "{\"enum\":[]}",
                "{\"not\":{}}",
                "{\"type\":\"text\"}",
                "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}",
                "{\"type\":\"number\",\"exclusiveMinimum\":3,\"maximum\":3}",
                "{\"type\":\"number\",\"maximum\":1e999}",
                "{\"enum\":[1e999]}",
                "{\"type\":\"number\",\"multipleOf\":0.1}",
                "{\"type\":\"array\",\"uniqueItems\":true}",
                "{\"type\":\"array\",\"minItems\":2,\"items\":false}",
                "{\"if\":{},\"then\":{}}",
                "{\"patternProperties\":{\"a\":{}}}",
                "{\"type\":\"object\",\"required\":[\"a\"],\"additionalProperties\":false}",
                "{\"type\":\"object\",\"minProperties\":3}",
                "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}",
                "{\"const\":\"a\",\"type\":\"integer\"}",
                "{\"minLength\":\"1\"}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}",
                "{\"type\":\"string\",\"pattern\":\"((a{90}){90}){90}\"}",
                "{\"type\":\"string\",\"pattern\":\"(?=a)\"}",
                "{\"type\":\"string\",\"minLength\":1000000000}"
            })
    void refusesSchemas(String schema) {
        assertThrows(GrammarException.class, () -> Grammar.ofJsonSchema(schema(schema)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> schema(String json) {
        try {
            return new ObjectMapper().readValue(json, Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root ::= e root \"a\" | \"b\"\ne ::= \"x\"?",
                "root ::= e root e | \"b\"\ne ::= \"x\"*",
                "root ::= a\na ::= b a \"x\" | \"y\"\nb ::= c c\nc ::= (\"z\"?)",
                "root ::= \"a\"{3,2}",
                "root ::= \"a\"{0,2001}",
                "root ::= \"a\"{1,1000000}",
                "root ::= \"a\"{18446744073709551616}",
                "root ::= ((\"a\"{0,40}){0,40}){0,40}",
                "root ::= <[12>",
                "root ::= <think",
                "root ::= !x",
                "root ::= <[99999999999999]>",
                "root ::= \"\\U00110000\"",
                "root ::= \"a\\"
            })
    void refuses(String grammar) {
        assertThrows(GrammarException.class, () -> Grammar.parse(grammar));
    }

    /** Each of n rules has two ways into the next: 2^n stacks before the first character. */
    @Test
    void refusesExplosions() {
        StringBuilder text = new StringBuilder("root ::= r0\n");
        for (int i = 0; i < 40; i++) {
            text.append("r%d ::= r%d \"x\" | r%d \"y\"\n".formatted(i, i + 1, i + 1));
        }
        text.append("r40 ::= \"z\"\n");
        GrammarException e = assertThrows(GrammarException.class, () -> Grammar.parse(text.toString()));
        assertTrue(e.getMessage().contains("explodes"), e.getMessage());
    }

    @Test
    void longAndDeepTextsTakeBoundedMemory() {
        Grammar nested = Grammar.parse("root ::= \"(\" root* \")\"");
        assertTrue(nested.accepts("(".repeat(3000) + ")".repeat(3000)));
        assertFalse(nested.accepts("(".repeat(200_000)));
        assertTrue(nested.accepts("(" + "()".repeat(100_000) + ")"));
        assertThrows(GrammarException.class, () -> Grammar.parse("root ::= " + "(".repeat(100_000)));
        String chain = "root ::= r0\n";
        StringBuilder rules = new StringBuilder(chain);
        for (int i = 0; i < 5_000; i++) {
            rules.append("r").append(i).append(" ::= r").append(i + 1).append('\n');
        }
        assertTrue(Grammar.parse(rules + "r5000 ::= \"x\"").accepts("x"));
    }

    @Test
    void unpairedSurrogatesAreCharactersLikeOthers() {
        assertTrue(Grammar.parse("root ::= .").accepts("\ud800"));
        assertFalse(Grammar.parse("root ::= [a]").accepts("\ud800"));
    }
}
