package demitasse.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.rag.Document;
import demitasse.rag.DocumentReader;
import demitasse.rag.ReaderTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A knowledge base with messages of customers, to train on: a made-up shop ({@code kb.jsonl} and {@code queries.jsonl} in a
 * folder of its name, in the layout of the resolution benchmark, and perhaps {@code common.jsonl}, more messages), or a part of a retrieval set.
 *
 * @param set what it is a part of: parts of one set are not used to judge each other
 */
record TrainingShop(String set, String name, List<Document> documents, List<Message> messages) {
    static final String ANSWER = "answer";
    static final String UNANSWERABLE = "unanswerable";
    static final String CHITCHAT = "chitchat";

    static final String OUT_OF_DOMAIN = "out_of_domain";

    private static final String DOCUMENTS = "kb.jsonl";
    private static final String MESSAGES = "queries.jsonl";
    private static final String COMMONPLACE = "common.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param behavior what is right: one of the constants
     * @param gold ids of the documents of which any one answers it
     * @param kind of unanswerable ones and of reasons for a person
     * @param intent of the eight; empty where nobody labelled it
     */
    record Message(String text, String behavior, Set<String> gold, String kind, String intent) {}

    /** The shops in a folder, by name, with the messages that their writers thought of. */
    static List<TrainingShop> readAll(Path folder) throws IOException {
        return readAll(folder, List.of(MESSAGES));
    }

    /** The same with what every shop is asked every day, too. */
    static List<TrainingShop> readAllWithCommonplace(Path folder) throws IOException {
        return readAll(folder, List.of(MESSAGES, COMMONPLACE));
    }

    /** @param files of messages; shops may lack some */
    private static List<TrainingShop> readAll(Path folder, List<String> files) throws IOException {
        List<Path> shops;
        try (Stream<Path> entries = Files.list(folder)) {
            shops = entries.filter(entry -> Files.exists(entry.resolve(DOCUMENTS)))
                    .sorted()
                    .toList();
        }
        List<TrainingShop> read = new ArrayList<>();
        for (Path shop : shops) {
            List<Path> messages =
                    files.stream().map(shop::resolve).filter(Files::exists).toList();
            read.add(read(shop.getFileName().toString(), shop.resolve(DOCUMENTS), messages));
        }
        return read;
    }

    private static TrainingShop read(String name, Path documents, List<Path> files) throws IOException {
        List<Message> messages = new ArrayList<>();
        for (Path file : files) {
            lines(file).forEach(line -> messages.add(message(line)));
        }
        return new TrainingShop(name, name, DocumentReader.read(documents), List.copyOf(messages));
    }

    /** The sets of an evaluation folder: the resolution benchmark, and the retrieval sets that are given. */
    static List<TrainingShop> practice(Path evaluation, List<String> retrieval) throws IOException {
        List<TrainingShop> shops = new ArrayList<>();
        Path resolution = evaluation.resolve("resolution");
        shops.add(read("resolution", resolution.resolve(DOCUMENTS), List.of(resolution.resolve(MESSAGES))));
        for (String set : retrieval) {
            Path folder = evaluation.resolve("retrieval");
            shops.addAll(parts(set, folder.resolve(set + "_docs.jsonl"), folder.resolve(set + "_queries.jsonl")));
        }
        return shops;
    }

    /** One part for each set of entities that is searched. */
    private static List<TrainingShop> parts(String set, Path documents, Path queries) throws IOException {
        List<Document> all = DocumentReader.read(documents);
        Map<Set<String>, List<Message>> byEntities = new LinkedHashMap<>();
        for (JsonNode row : lines(queries)) {
            byEntities
                    .computeIfAbsent(strings(row.path("entities")), entities -> new ArrayList<>())
                    .add(message(row));
        }
        List<TrainingShop> parts = new ArrayList<>();
        byEntities.forEach((entities, messages) -> parts.add(new TrainingShop(
                set,
                entities.isEmpty() ? set : set + entities,
                all.stream()
                        .filter(d -> entities.isEmpty() || entities.contains(d.source()))
                        .toList(),
                messages)));
        return parts;
    }

    /** Whether it is all of its set. */
    boolean isWhole() {
        return name.equals(set);
    }

    /** With more messages, which have nothing to do with any shop. */
    TrainingShop with(List<String> outOfDomain) {
        List<Message> more = new ArrayList<>(messages);
        outOfDomain.forEach(text -> more.add(new Message(text, UNANSWERABLE, Set.of(), OUT_OF_DOMAIN, "")));
        return new TrainingShop(set, name, documents, more);
    }

    /** Whether a message is for a shop of another kind, or for none. */
    static boolean isFar(Message message) {
        return message.kind.equals(OUT_OF_DOMAIN) || message.kind.equals("other_business");
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

    private static Message message(JsonNode row) {
        return new Message(
                row.get("query").asText(),
                row.path("behavior").asText(ANSWER),
                strings(row.path("gold")),
                row.path("kind").asText(),
                row.path("intent8").asText());
    }

    private static Set<String> strings(JsonNode array) {
        Set<String> values = new HashSet<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readString(file).split("\n")) {
            if (!line.isBlank()) {
                rows.add(JSON.readTree(line));
            }
        }
        return rows;
    }
}
