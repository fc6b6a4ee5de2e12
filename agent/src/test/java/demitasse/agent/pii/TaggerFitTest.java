package demitasse.agent.pii;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaggerFitTest {
    private static final List<String> RULES = List.of(
            "talk = my name is <name> || <name> here || send it to <address> || where is it || the red one",
            "name = Qo{end} || Zy{end}",
            "end = ra || lu || mi",
            "address = ~~ Gu{end} Street || ~ Pi{end} Road",
            "country = us");

    private static TaggerModel trained() {
        TextGrammar grammar = new TextGrammar(RULES, new Random(1));
        List<TaggerFit.Example> examples = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            LabelledText text = grammar.text("test", "talk", i % grammar.alternatives("talk"));
            Tokens tokens = Tokens.of(text.text(), List.of());
            examples.add(new TaggerFit.Example(Features.of(tokens, Lexicon.bundled()), text.labels(tokens)));
        }
        return TaggerFit.fit(examples, 3);
    }

    private static byte[] bytes(TaggerModel model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.write(out);
        return out.toByteArray();
    }

    @Test
    void learnsAndIsTheSameEachTime() throws IOException {
        TaggerModel model = trained();
        Tagger tagger = new Tagger(model, Lexicon.bundled());
        assertEquals(List.of(new PiiRule.Match("name", 11, 16)), tagger.find("my name is Vexla", List.of()));
        assertEquals(
                List.of(new PiiRule.Match("address", 11, 25)), tagger.find("send it to 14 Gora Street", List.of()));
        assertEquals(List.of(), tagger.find("where is the red one", List.of()));
        assertArrayEquals(bytes(model), bytes(trained()));
    }

    @Test
    void aFileGivesTheModelBack() throws IOException {
        TaggerModel model = trained();
        TaggerModel read = TaggerModel.read(new ByteArrayInputStream(bytes(model)));
        assertArrayEquals(model.weights(), read.weights());
        assertEquals(model.scale(), read.scale());
        for (int i = 0; i < model.transitions().length; i++) {
            assertArrayEquals(model.transitions()[i], read.transitions()[i]);
        }
    }

    @Test
    void aFileCutOffOrOfAnotherKindIsRefused() throws IOException {
        byte[] whole = bytes(trained());
        for (int length : new int[] {0, 3, 40, whole.length / 2, whole.length - 1}) {
            assertThrows(
                    IOException.class, () -> TaggerModel.read(new ByteArrayInputStream(Arrays.copyOf(whole, length))));
        }
        assertThrows(IOException.class, () -> TaggerModel.read(new ByteArrayInputStream("PNG picture".getBytes())));
    }
}
