package demitasse.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files with one JSON object a line. Lines end with {@code \n} only: texts may hold U+0085 or U+2028. */
final class JsonLines {
    static final ObjectMapper JSON = new ObjectMapper();

    /** A line with its number, for messages. */
    record Row(Path file, int line, JsonNode json) {
        String required(String... names) {
            for (String name : names) {
                JsonNode value = json.get(name);
                if (value != null && value.isTextual()) {
                    return value.textValue();
                }
            }
            throw new InputException(file + ": line " + line + ": expected a text named " + String.join(" or ", names));
        }

        /** An output object that begins with this row's id, as it stands there; without one, the line's number. */
        ObjectNode answer() {
            JsonNode id = json.get("id");
            ObjectNode answer = JsonLines.object();
            return id == null || id.isNull() ? answer.put("id", line) : answer.set("id", id);
        }

        boolean flag(String name, boolean otherwise) {
            JsonNode value = json.get(name);
            return value == null ? otherwise : value.asBoolean(otherwise);
        }
    }

    /** Makes the output of one row. */
    @FunctionalInterface
    interface Answer {
        JsonNode to(Row row) throws IOException;
    }

    private JsonLines() {}

    static List<Row> read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        int number = 0;
        for (String line : text(file).split("\n")) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode json = JSON.readTree(line);
                if (!json.isObject()) {
                    throw new InputException(file + ": line " + number + ": expected a JSON object");
                }
                rows.add(new Row(file, number, json));
            } catch (JsonProcessingException e) {
                throw new InputException(file + ": line " + number + ": no JSON: " + e.getOriginalMessage());
            }
        }
        return rows;
    }

    /** A UTF-8 file, without a byte-order mark. */
    static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": no UTF-8 text");
        }
    }

    /** Answers each row of {@code in} with a line in {@code target}, or on {@code out} when that is null. */
    static void answer(List<Row> rows, Path target, PrintWriter out, Answer answer) throws IOException {
        if (target == null) {
            for (Row row : rows) {
                out.println(write(answer.to(row)));
            }
            return;
        }
        try (Output file = new Output(target)) {
            for (Row row : rows) {
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
