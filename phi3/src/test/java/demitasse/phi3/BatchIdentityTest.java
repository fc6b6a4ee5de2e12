package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A token's logits have the same bits alone and in a batch, whatever the type of the weights: so checking drafts, and
 * sharing batches among sessions, changes no output.
 */
class BatchIdentityTest {
    private static final int PROMPT = 3;
    private static final int TOKENS = 20;

    @Test
    void allGoldenModels() throws IOException {
        check(GoldenCase.all(SharedData.require("golden/models")));
    }

    @Test
    void nanoModels() throws IOException {
        check(GoldenCase.all(NanoModels.folder()));
    }

    private static void check(List<GoldenCase> cases) throws IOException {
        List<String> broken = new ArrayList<>();
        Path last = null;
        for (GoldenCase golden : cases) {
            if (!golden.model().equals(last)) {
                last = golden.model();
                check(golden, false, broken);
                check(golden, true, broken);
            }
        }
        assertArrayEquals(new String[0], broken.toArray(), broken.toString());
    }

    private static void check(GoldenCase golden, boolean exact, List<String> broken) throws IOException {
        int[] ids = Arrays.copyOf(golden.tokens(), PROMPT + TOKENS);
        try (LanguageModel model = LanguageModel.load(golden.model(), new LoadOptions(NanoModels.THREADS, exact));
                Session session = model.newSession(ids.length)) {
            float[] alone = inBatches(session, ids, 1);
            for (int batch = 2; batch <= Drafter.MOST + 1; batch++) {
                if (!Arrays.equals(alone, inBatches(session, ids, batch))) {
                    broken.add(golden.model().getFileName() + (exact ? " exact" : "") + ": batches of " + batch);
                }
            }
        }
    }

    /** Logits of the tokens after the prompt. */
    private static float[] inBatches(Session session, int[] ids, int batch) {
        session.rewind(0);
        session.evaluate(Arrays.copyOf(ids, PROMPT));
        float[] logits = new float[0];
        for (int at = PROMPT; at < ids.length; at += batch) {
            float[] more = session.evaluateAll(Arrays.copyOfRange(ids, at, Math.min(ids.length, at + batch)));
            logits = Arrays.copyOf(logits, logits.length + more.length);
            System.arraycopy(more, 0, logits, logits.length - more.length, more.length);
        }
        return logits;
    }
}
