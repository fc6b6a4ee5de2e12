package demitasse.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.phi3.FinishReason;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.SamplingOptions;
import demitasse.phi3.grammar.Grammar;
import demitasse.testkit.SharedData;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFormatTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String SCHEMA = """
            {"type":"object","properties":{
              "intent":{"enum":["refund","cancel","track"]},
              "note":{"type":"string","maxLength":12},
              "stars":{"type":"integer","minimum":1,"maximum":5},
              "tags":{"type":"array","items":{"type":"string","maxLength":6},"maxItems":2}},
             "required":["intent","note","stars"],"additionalProperties":false}""";

    private static Harness harness;

    @BeforeAll
    static void start() throws Exception {
        harness = new Harness();
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    private static Grammar asked(String format) throws Exception {
        var answer = harness.post(PATH, Harness.chat("\"max_tokens\":2,\"response_format\":" + format));
        assertEquals(200, answer.status(), answer.body());
        return harness.model.lastOptions.grammar();
    }

    @Test
    void becomesAGrammar() throws Exception {
        assertNull(asked("{\"type\":\"text\"}"));
        assertTrue(asked("{\"type\":\"json_object\"}").accepts("{\"a\": [1, null]}"));
        Grammar schema = asked("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":" + SCHEMA + "}}");
        assertTrue(schema.accepts("{\"intent\":\"track\",\"note\":\"\",\"stars\":4}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"json\"",
                "{}",
                "{\"type\":\"xml\"}",
                "{\"type\":\"json_schema\"}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"not\":{}}}}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"$ref\":\"#\"}}}"
            })
    void refusesWhatItCannotHoldTo(String format) throws Exception {
        var answer = harness.post(PATH, Harness.chat("\"response_format\":" + format));
        assertEquals(400, answer.status(), answer.body());
        assertTrue(answer.json().at("/error/param").asText().startsWith("response_format"), answer.body());
    }

    /** A model that knows nothing of JSON, at a high temperature. */
    @Test
    void outputAlwaysParses() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Grammar grammar = asked("{\"type\":\"json_object\",\"schema\":" + SCHEMA + "}");
        try (LanguageModel model = LanguageModel.load(SharedData.require("models/smollm2-135m-as-phi3.Q4_K_M.gguf"))) {
            for (int seed = 1; seed <= 3; seed++) {
                SamplingOptions sampling = new SamplingOptions(2f, 0, 1f, 0f, 1f, 64, seed);
                GenerationOptions options = new GenerationOptions(200, sampling, List.of(), grammar);
                GenerationResult result = model.generate("My parcel", options, text -> true);
                assertEquals(FinishReason.STOP, result.finishReason(), result.text());
                assertTrue(grammar.accepts(result.text()), result.text());
                JsonNode answer = json.readTree(result.text());
                assertTrue(answer.get("stars").asInt() <= 5, result.text());
            }
        }
    }
}
