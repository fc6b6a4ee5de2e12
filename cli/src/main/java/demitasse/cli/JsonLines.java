package demitasse.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** JSON as commands write it: one value a line. {@link DataFile} reads. */
final class JsonLines {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Makes the output of one row. */
    @FunctionalInterface
    interface Answer {
        JsonNode to(DataFile.Row row) throws IOException;
    }

    private JsonLines() {}

    /** Answers each row of {@code in} with a line in {@code target}, or on {@code out} when that is null. */
    static void answer(List<DataFile.Row> rows, Path target, PrintWriter out, Answer answer) throws IOException {
        if (target == null) {
            for (DataFile.Row row : rows) {
                out.println(write(answer.to(row)));
            }
            return;
        }
        try (Output file = new Output(target)) {
            for (DataFile.Row row : rows) {
                file.line(write(answer.to(row)));
            }
            file.done();
        }
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String write(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
