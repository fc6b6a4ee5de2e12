package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.rag.Document;
import demitasse.rag.ReaderTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A made-up shop with its customers' messages, to train on: {@code kb.jsonl} and {@code queries.jsonl} in a folder of its
 * name, in the layout of the resolution benchmark.
 */
record TrainingShop(String name, List<Document> documents, List<Message> messages) {
    static final String ANSWER = "answer";
    static final String UNANSWERABLE = "unanswerable";
    static final String ESCALATE = "escalate";
    static final String CHITCHAT = "chitchat";

    private static final String DOCUMENTS = "kb.jsonl";
    private static final String MESSAGES = "queries.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param behavior what is right: one of the constants
     * @param gold ids of the documents of which any one answers it
     * @param kind of unanswerable ones and of reasons for a person
     * @param intent one of the eight; empty for unanswerable ones
     */
    record Message(String text, String behavior, Set<String> gold, String kind, String intent) {}

    /** The shops in a folder, by name. */
    static List<TrainingShop> readAll(Path folder) throws IOException {
        List<Path> shops;
        try (Stream<Path> entries = Files.list(folder)) {
            shops = entries.filter(entry -> Files.exists(entry.resolve(DOCUMENTS)))
                    .sorted()
                    .toList();
        }
        List<TrainingShop> read = new ArrayList<>();
        for (Path shop : shops) {
            read.add(read(shop.getFileName().toString(), shop.resolve(DOCUMENTS), shop.resolve(MESSAGES)));
        }
        return read;
    }

    static TrainingShop read(String name, Path documents, Path messages) throws IOException {
        return new TrainingShop(
                name,
                lines(documents).stream().map(TrainingShop::document).toList(),
                lines(messages).stream().map(TrainingShop::message).toList());
    }

    /** The questions to which the documents have or have not an answer, for a reader. */
    ReaderTrainer.Shop forReader() {
        return new ReaderTrainer.Shop(
                name,
                documents,
                messages.stream()
                        .filter(m -> m.behavior.equals(ANSWER) || m.behavior.equals(UNANSWERABLE))
                        .map(m -> new ReaderTrainer.Labelled(m.text, m.gold))
                        .toList());
    }

    static Document document(JsonNode row) {
        return new Document(
                row.get("id").asText(),
                row.path("title").asText(),
                row.path("content").asText(row.path("text").asText()),
                row.path("entity").asText(row.path("source").asText()));
    }

    private static Message message(JsonNode row) {
        return new Message(
                row.get("query").asText(),
                row.path("behavior").asText(ANSWER),
                strings(row.path("gold")),
                row.path("kind").asText(),
                row.path("intent8").asText());
    }

    static Set<String> strings(JsonNode array) {
        Set<String> values = new HashSet<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readString(file).split("\n")) {
            if (!line.isBlank()) {
                rows.add(JSON.readTree(line));
            }
        }
        return rows;
    }
}
