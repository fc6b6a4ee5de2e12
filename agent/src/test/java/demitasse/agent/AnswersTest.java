package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.rag.Document;
import demitasse.rag.Hit;
import demitasse.rag.Question;
import demitasse.rag.Sentence;
import demitasse.rag.TableText;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Question QUESTION = new Question("What is it?", new float[] {1, 0}, new float[0]);
    private static final float[] NEAR = {1, 0};
    private static final float[] NEARER = {2, 0};
    private static final float[] FAR = {0, 1};

    private static Hit hit(String id, String content, double score) {
        return new Hit(new Document(id, "Title " + id, content, ""), score, 0, score, Double.NaN, content);
    }

    private static Answers answers(Sentence... sentences) {
        return new Answers(id -> List.of(sentences));
    }

    @Test
    void shortDocumentsAreGivenWhole() {
        assertEquals("All of it.", answers().extract(List.of(hit("a", "All of it.\n", 0.9)), QUESTION));
    }

    @Test
    void aCloseSecondDocumentFollows() {
        List<Hit> close = List.of(hit("a", "First.", 0.9), hit("b", "Second.", 0.85));
        assertEquals("First.\n\nSecond.", answers().extract(close, QUESTION));
        List<Hit> far = List.of(hit("a", "First.", 0.9), hit("b", "Second.", 0.7));
        assertEquals("First.", answers().extract(far, QUESTION));
    }

    @Test
    void longDocumentsGiveTheSentencesAroundTheMatch() {
        String filler = "Nothing of note happens in this long sentence about other things entirely. "
                .repeat(2)
                .strip();
        String answer = answers(
                        new Sentence("Far away. " + filler, FAR),
                        new Sentence("Before. " + filler, FAR),
                        new Sentence("Here it is.", NEAR),
                        new Sentence("After.", NEAR),
                        new Sentence("End. " + filler, FAR))
                .extract(List.of(hit("a", filler.repeat(4), 0.9)), QUESTION);
        assertTrue(answer.contains("Here it is. After."), answer);
        assertTrue(answer.length() <= Answers.MAX_CHARS, answer);
    }

    @Test
    void anItemOfSeveralSentencesDoesNotCutItsList() {
        String steps =
                "Clean the machine:\n1. Open the lid. It clicks.\n2. Rinse it. Use cold water.\n3. Close the lid.";
        String content =
                steps + "\n\n" + "Something else follows here. ".repeat(20).strip();
        String answer = answers(
                        new Sentence("Clean the machine:", FAR),
                        new Sentence("1. Open the lid.", FAR),
                        new Sentence("It clicks.", FAR),
                        new Sentence("2. Rinse it.", NEAR),
                        new Sentence("Use cold water.", FAR),
                        new Sentence("3. Close the lid.", FAR),
                        new Sentence("Something else follows here. " + "x".repeat(400), FAR))
                .extract(List.of(hit("a", content, 0.9)), QUESTION);
        assertEquals(steps, answer);
    }

    @Test
    void aLongListThatIsTheAnswerComesWhole() {
        String steps = "Do this:\n"
                + "- Turn the screw that is nearest to the lid by half a turn.\n"
                        .repeat(12)
                        .strip();
        Sentence[] sentences = steps.lines()
                .map(line -> new Sentence(line, line.startsWith("-") ? NEAR : FAR))
                .toArray(Sentence[]::new);
        assertEquals(steps, answers(sentences).extract(List.of(hit("a", steps, 0.9)), QUESTION));
    }

    @Test
    void listsStayWhole() {
        String list = "Do this:\n1. Open it.\n2. Close it.\n3. Wait.";
        String answer = answers(
                        new Sentence("Something else. " + "x".repeat(390), FAR),
                        new Sentence("Do this:", FAR),
                        new Sentence("1. Open it.", FAR),
                        new Sentence("2. Close it.", NEAR),
                        new Sentence("3. Wait.", FAR),
                        new Sentence("Then rest.", FAR))
                .extract(List.of(hit("a", "x".repeat(500), 0.9)), QUESTION);
        assertEquals(list + "\nThen rest.", answer);
    }

    @Test
    void aSentenceThatAListGoesOnWithIsNotGivenWithoutIt() {
        String list = "Before you leave, please\n- sweep the floor,\n- close the windows.";
        String answer = answers(
                        new Sentence("Before you leave, please", NEAR),
                        new Sentence("- sweep the floor,", FAR),
                        new Sentence("- close the windows.", FAR),
                        new Sentence("Else. " + "x".repeat(400), FAR))
                .extract(List.of(hit("a", "x".repeat(500), 0.9)), QUESTION);
        assertEquals(list, answer);
    }

    @Test
    void whatStandsUnderAnotherHeadingIsLeftOut() {
        String content = "### Quiet hours\n\nBe quiet.\n\n### Grills\n\n- Gas grills may be used.\n- Fires may not.\n\n"
                + "### Dogs\n\nKeep them on a lead. " + "x".repeat(400);
        String answer = answers(
                        new Sentence("### Quiet hours", FAR),
                        new Sentence("Be quiet.", NEAR),
                        new Sentence("### Grills", FAR),
                        new Sentence("- Gas grills may be used.", NEARER),
                        new Sentence("- Fires may not.", FAR),
                        new Sentence("### Dogs", FAR),
                        new Sentence("Keep them on a lead.", NEAR))
                .extract(List.of(hit("a", content, 0.9)), QUESTION);
        assertEquals("Grills:\n- Gas grills may be used.\n- Fires may not.", answer);
    }

    @Test
    void headingsOfAShortDocumentHaveNoMarks() {
        String answer = answers().extract(List.of(hit("a", "### Dogs\n\nOn a lead.\n\n## Cats?\nNo.", 0.9)), QUESTION);
        assertEquals("Dogs:\n\nOn a lead.\n\nCats?\nNo.", answer);
    }

    @Test
    void ofALongTableTheRowsThatAreAskedForAreGiven() {
        String rows = """
                | What | One hour | A day |
                |---|---|---|
                | Canoe for two persons | 12 euros with life jackets | 45 euros with life jackets |
                | Rowing boat | 10 euros with life jackets | 38 euros with life jackets |
                | Pedal boat | 14 euros with life jackets | 40 euros with life jackets |
                | Surfboard | 15 euros with life jackets | 42 euros with life jackets |
                | Bicycle | 5 euros with a lock | 18 euros with a lock |
                | Motor boat | 30 euros with fuel | 120 euros with fuel |""";
        Sentence[] sentences = TableText.told(rows)
                .lines()
                .map(line -> new Sentence(line, line.contains("Bicycle") ? NEAR : FAR))
                .toArray(Sentence[]::new);
        Question question = new Question("What does the canoe cost a day?", new float[] {1, 0}, new float[0]);
        List<Hit> hits = List.of(hit("a", rows, 0.9));
        assertEquals(
                "Canoe for two persons: One hour 12 euros with life jackets; A day 45 euros with life jackets",
                answers(sentences).extract(hits, question));
        assertEquals(TableText.told(rows), answers(sentences).extract(hits, QUESTION));
    }
}
