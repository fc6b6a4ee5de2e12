package demitasse.rag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import demitasse.rag.DocumentReader.Input;
import demitasse.rag.DocumentReader.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Documents in rows: CSV with a header, and JSON lines. */
final class Tables {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CsvMapper CSV = CsvMapper.csvBuilder()
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .enable(CsvParser.Feature.ALLOW_TRAILING_COMMA)
            .build();

    private Tables() {}

    /** Lines end with {@code \n} only: a text may hold U+0085 or U+2028. */
    static List<Located> jsonLines(Input file) throws IOException {
        List<Located> documents = new ArrayList<>();
        String[] lines = file.text().split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isBlank()) {
                continue;
            }
            String where = file.where() + ":" + (i + 1);
            JsonNode row;
            try {
                row = JSON.readTree(lines[i]);
            } catch (JsonProcessingException e) {
                throw new IOException(where + ": not JSON: " + e.getOriginalMessage(), e);
            }
            if (!row.isObject()) {
                throw new IOException(where + ": not a JSON object");
            }
            documents.add(new Located(document(where, name -> field(row, name), file.source()), i + 1));
        }
        return documents;
    }

    private static String field(JsonNode row, String name) {
        JsonNode value = row.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    static List<Located> csv(Input file) throws IOException {
        List<Located> documents = new ArrayList<>();
        try (MappingIterator<Map<String, String>> rows = CSV.readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(file.text())) {
            while (rows.hasNextValue()) {
                int line = rows.getCurrentLocation().getLineNr();
                Map<String, String> row = new TreeMap<>();
                rows.nextValue().forEach((name, value) -> row.put(name.strip().toLowerCase(Locale.ROOT), value));
                documents.add(new Located(document(file.where() + ":" + line, row::get, file.source()), line));
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new IOException(file.where() + ":" + line + ": not CSV: " + e.getOriginalMessage(), e);
        }
        return documents;
    }

    private static Document document(String where, UnaryOperator<String> row, String defaultSource) throws IOException {
        String id = row.apply("id");
        if (id == null || id.isBlank()) {
            throw new IOException(where + ": no id");
        }
        String content = first(row.apply("content"), row.apply("text"), null);
        if (content == null) {
            throw new IOException(where + ": no content");
        }
        String title = first(row.apply("title"), "", "");
        if (title.isBlank() && content.isBlank()) {
            throw new IOException(where + ": neither title nor content");
        }
        String source = first(row.apply("source"), row.apply("entity"), defaultSource);
        return new Document(id.strip(), title.strip(), content.strip(), source.strip());
    }

    private static String first(String a, String b, String c) {
        return a != null ? a : b != null ? b : c;
    }
}
