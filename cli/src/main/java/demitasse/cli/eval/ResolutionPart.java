package demitasse.cli.eval;

import demitasse.agent.AnswerMode;
import demitasse.agent.Assistant;
import demitasse.agent.Reply;
import demitasse.rag.DocumentReader;
import demitasse.rag.Embedder;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The whole assistant on the resolution benchmark: what it does, and how long an extractive answer takes. */
final class ResolutionPart {
    private static final int TIMED_PASSES = 9;
    private static final double NANOS_IN_MS = 1e6;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    private final Path data;
    private final Sheet sheet;
    private final List<ResolutionQuery> queries;

    ResolutionPart(Path data, Sheet sheet) throws IOException {
        this.data = data;
        this.sheet = sheet;
        this.queries = ResolutionQuery.read(data);
    }

    /**
     * Scores what {@code ask} has written, instead of asking.
     *
     * @return how many queries have no prediction; they count as empty answers
     */
    int score(Path predictions) throws IOException {
        Map<String, Prediction> given = Prediction.read(predictions);
        Map<ResolutionQuery, Prediction> byQuery = new LinkedHashMap<>();
        queries.forEach(q -> byQuery.put(q, given.getOrDefault(q.id(), Prediction.NONE)));
        ResolutionFigures.write(sheet, byQuery);
        return (int) queries.stream().filter(q -> !given.containsKey(q.id())).count();
    }

    /** Asks each query in a fresh session. */
    void ask(Embedder embedder, boolean figures, boolean times) throws IOException {
        try (KnowledgeBase base = KnowledgeBase.inMemory(embedder)) {
            base.put(DocumentReader.read(ResolutionQuery.documents(data)));
            try (Assistant assistant =
                    Assistant.open(new Assistant.Config(base, embedder, null, AnswerMode.EXTRACTIVE, null))) {
                Map<ResolutionQuery, Prediction> predictions = new LinkedHashMap<>();
                for (ResolutionQuery query : queries) {
                    predictions.put(query, Prediction.of(ask(assistant, query, 0)));
                }
                if (figures) {
                    ResolutionFigures.write(sheet, predictions);
                }
                if (times) {
                    time(assistant);
                }
            }
        }
    }

    private static Reply ask(Assistant assistant, ResolutionQuery query, int pass) {
        return assistant.reply("eval-" + pass + "-" + query.id(), query.text(), text -> {});
    }

    /** The first pass has warmed up; only answers out of documents count. */
    private void time(Assistant assistant) {
        List<double[]> milliseconds = new ArrayList<>();
        for (ResolutionQuery query : queries) {
            double[] times = new double[TIMED_PASSES];
            boolean answered = true;
            for (int pass = 1; pass <= TIMED_PASSES; pass++) {
                long start = System.nanoTime();
                Reply reply = ask(assistant, query, pass);
                times[pass - 1] = (System.nanoTime() - start) / NANOS_IN_MS;
                answered &= !reply.sources().isEmpty();
            }
            if (answered) {
                milliseconds.add(times);
            }
        }
        int count = milliseconds.size();
        long answers = (long) count * TIMED_PASSES;
        sheet.of(Part.TIMES, "extractive answer", "")
                .figure("median_ms", count, answers, items -> quantile(milliseconds, items, MEDIAN))
                .figure("p99_ms", count, answers, items -> quantile(milliseconds, items, P99));
    }

    private static double quantile(List<double[]> values, int[] items, double share) {
        double[] all = Arrays.stream(items)
                .mapToObj(values::get)
                .flatMapToDouble(Arrays::stream)
                .sorted()
                .toArray();
        return all[(int) Math.min(all.length - 1L, Math.round(share * (all.length - 1)))];
    }
}
