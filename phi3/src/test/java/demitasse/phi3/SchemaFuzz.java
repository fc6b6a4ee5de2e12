package demitasse.phi3;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.phi3.grammar.Grammar;
import demitasse.phi3.grammar.GrammarException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any JSON object as a schema, and any text matched with it: an answer, or a {@link GrammarException}. */
final class SchemaFuzz {
    private static final int EXECUTIONS = 5000;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> seeds() {
        return Fuzz.seeds(
                Fuzz.join(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":-5,\"maximum\":123},"
                                + "\"b\":{\"type\":[\"string\",\"null\"],\"minLength\":1,\"maxLength\":4}},"
                                + "\"required\":[\"a\"],\"additionalProperties\":false}",
                        "{\"a\":12}"),
                Fuzz.join(
                        "{\"$defs\":{\"n\":{\"anyOf\":[{\"const\":1},{\"enum\":[\"x\",null,2.5]},{\"$ref\":\"#/$defs/m\"}]},"
                                + "\"m\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/n\"},\"minItems\":1,\"maxItems\":3}},"
                                + "\"allOf\":[{\"$ref\":\"#/$defs/m\"}]}",
                        "[1,[\"x\"]]"),
                Fuzz.join(
                        "{\"type\":\"string\",\"pattern\":\"^(a|[b-d]{2,3}\\\\d+\\\\.?)*$\",\"format\":\"date-time\"}",
                        "\"bc12\""),
                Fuzz.join(
                        "{\"oneOf\":[{\"type\":\"number\",\"exclusiveMinimum\":0.5},{\"type\":\"array\",\"prefixItems\":"
                                + "[{\"type\":\"boolean\"},{\"format\":\"uuid\"}]}],\"not\":{}}",
                        "1.5"));
    }

    @MethodSource("seeds")
    @FuzzTest(maxExecutions = EXECUTIONS)
    void bounded(byte[] data) {
        tryOut(data);
    }

    @MethodSource("seeds")
    @Tag(Fuzz.LONG)
    @FuzzTest(maxDuration = Fuzz.LONG_DURATION)
    void longer(byte[] data) {
        tryOut(data);
    }

    private static void tryOut(byte[] data) {
        String[] parts = Fuzz.split(data);
        Map<String, Object> schema;
        try {
            schema = JSON.readValue(parts[0], new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            return;
        }
        try {
            if (schema != null) {
                Grammar.ofJsonSchema(schema).accepts(parts[1]);
            }
        } catch (GrammarException e) {
            // As it should be.
        }
    }
}
