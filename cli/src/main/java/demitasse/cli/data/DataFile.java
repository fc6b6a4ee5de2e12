package demitasse.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Rows of data: CSV with a header, or one JSON object a line. Errors name the file and line. */
public final class DataFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CsvMapper CSV =
            CsvMapper.csvBuilder().enable(CsvParser.Feature.SKIP_EMPTY_LINES).build();

    /** A row and where it stands. */
    public record Row(Path file, int line, JsonNode json) {
        public String text(String name) throws IOException {
            return textOf(name);
        }

        public String text(String name, String otherwise) throws IOException {
            return json.hasNonNull(name) ? text(name) : otherwise;
        }

        public boolean has(String name) {
            return json.hasNonNull(name);
        }

        /** The first of these fields that is there, which must be a text. */
        public String textOf(String... names) throws IOException {
            for (String name : names) {
                JsonNode value = json.get(name);
                if (value != null && value.isTextual()) {
                    return value.textValue();
                }
            }
            throw fault("expected a text named " + String.join(" or ", names));
        }

        public boolean flag(String name, boolean otherwise) {
            return json.path(name).asBoolean(otherwise);
        }

        /** An output object that begins with this row's id, as it stands there; without one, the line's number. */
        public ObjectNode answer() {
            ObjectNode answer = JSON.createObjectNode();
            return json.hasNonNull("id") ? answer.set("id", json.get("id")) : answer.put("id", line);
        }

        public double number(String name) throws IOException {
            try {
                return Double.parseDouble(text(name).strip());
            } catch (NumberFormatException e) {
                throw fault("expected a number named " + name);
            }
        }

        /** A list of texts; none where there is no such field. */
        public List<String> strings(String name) throws IOException {
            return json.hasNonNull(name) ? strings(json.get(name), name) : List.of();
        }

        public List<String> strings(JsonNode array, String name) throws IOException {
            List<String> values = new ArrayList<>();
            for (JsonNode value : array) {
                if (!value.isTextual()) {
                    throw fault(name + " holds something else than texts");
                }
                values.add(value.textValue());
            }
            if (!array.isArray()) {
                throw fault("expected a list named " + name);
            }
            return values;
        }

        public IOException fault(String what) {
            return new IOException(file + ": line " + line + ": " + what);
        }
    }

    private DataFile() {}

    /** Files of a folder with this ending, by name; none if there is no such folder. */
    public static List<Path> in(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** The file's name without its ending. */
    public static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** Rows of either kind; there must be some. */
    public static List<Row> read(Path file) throws IOException {
        List<Row> rows = file.getFileName().toString().endsWith(".csv") ? csv(file) : jsonLines(file);
        if (rows.isEmpty()) {
            throw new IOException(file + ": no rows");
        }
        return rows;
    }

    /** One JSON object a line; there may be none. */
    public static List<Row> jsonLines(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        int number = 0;
        // Lines end with \n only: a text may hold U+0085 or U+2028.
        for (String line : text(file).split("\n")) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Row row = new Row(file, number, null);
            try {
                row = new Row(file, number, JSON.readTree(line));
            } catch (JsonProcessingException e) {
                throw row.fault("no JSON: " + e.getOriginalMessage());
            }
            if (!row.json().isObject()) {
                throw row.fault("expected a JSON object");
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<Row> csv(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (MappingIterator<Map<String, String>> values = CSV.readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(text(file))) {
            while (values.hasNextValue()) {
                int line = values.getCurrentLocation().getLineNr();
                rows.add(new Row(file, line, JSON.valueToTree(values.nextValue())));
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new IOException(file + ": line " + line + ": no CSV: " + e.getOriginalMessage(), e);
        }
        return rows;
    }

    /** A UTF-8 file, without a byte-order mark. */
    public static String text(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": no UTF-8 text", e);
        }
    }
}
