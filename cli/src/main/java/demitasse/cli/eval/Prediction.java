package demitasse.cli.eval;

import demitasse.agent.Reply;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an assistant did with a query.
 *
 * @param sources ids of documents, best first
 * @param reason why a person takes over; may be empty
 */
record Prediction(
        boolean escalated, boolean declined, List<String> sources, String answer, String intent, String reason) {
    /** What counts where a prediction is missing. */
    static final Prediction NONE = new Prediction(false, false, List.of(), "", "", "");

    static Prediction of(Reply reply) {
        return new Prediction(
                reply.escalated(),
                reply.declined(),
                reply.sources().stream().map(Reply.Source::id).toList(),
                reply.answer(),
                reply.intent().label(),
                reply.reason());
    }

    /** Predictions by the query's id, as {@code ask} writes them. */
    static Map<String, Prediction> read(Path file) throws IOException {
        Map<String, Prediction> predictions = new HashMap<>();
        for (DataFile.Row row : DataFile.read(file)) {
            Prediction prediction = new Prediction(
                    row.flag("escalated", false),
                    row.flag("declined", false),
                    row.strings("sources"),
                    row.text("answer", ""),
                    row.text("intent", ""),
                    row.text("reason", ""));
            predictions.put(row.text("id"), prediction);
        }
        return predictions;
    }
}
