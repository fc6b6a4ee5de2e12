package demitasse.cli.eval;

import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A query of the resolution benchmark with what is right.
 *
 * @param gold ids of the documents that hold the answer
 * @param facts key facts of those documents: groups of alternatives
 * @param mayEscalate handing over is right, too
 * @param source where the query was taken from; may be empty
 */
record ResolutionQuery(
        String id,
        String text,
        Behavior behavior,
        List<String> gold,
        List<List<String>> facts,
        boolean mayEscalate,
        String source) {
    enum Behavior {
        ANSWER,
        ESCALATE,
        UNANSWERABLE,
        CHITCHAT
    }

    private static final String DOCUMENTS = "kb.jsonl";
    private static final String QUERIES = "queries.jsonl";

    static Path documents(Path data) {
        return data.resolve("resolution").resolve(DOCUMENTS);
    }

    static Path queries(Path data) {
        return data.resolve("resolution").resolve(QUERIES);
    }

    /** Whether the folder of data has this benchmark. */
    static boolean isIn(Path data) {
        return Files.exists(documents(data)) || Files.exists(queries(data));
    }

    static List<ResolutionQuery> read(Path data) throws IOException {
        Map<String, List<List<String>>> facts = facts(documents(data));
        List<ResolutionQuery> queries = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (DataFile.Row row : DataFile.read(queries(data))) {
            if (!ids.add(row.text("id"))) {
                throw row.fault("the id " + row.text("id") + " is used twice");
            }
            List<String> gold = row.strings("gold");
            List<List<String>> groups = new ArrayList<>();
            for (String id : gold) {
                if (!facts.containsKey(id)) {
                    throw row.fault("there is no document " + id + " in " + DOCUMENTS);
                }
                groups.addAll(facts.get(id));
            }
            queries.add(new ResolutionQuery(
                    row.text("id"),
                    row.text("query"),
                    behavior(row),
                    gold,
                    groups,
                    row.strings("accept").contains("escalate"),
                    row.text("source", "")));
        }
        return queries;
    }

    private static Behavior behavior(DataFile.Row row) throws IOException {
        return switch (row.text("behavior")) {
            case "answer" -> Behavior.ANSWER;
            case "escalate" -> Behavior.ESCALATE;
            case "unanswerable" -> Behavior.UNANSWERABLE;
            case "chitchat" -> Behavior.CHITCHAT;
            default -> throw row.fault("behavior is answer, escalate, unanswerable or chitchat");
        };
    }

    private static Map<String, List<List<String>>> facts(Path file) throws IOException {
        Map<String, List<List<String>>> facts = new HashMap<>();
        for (DataFile.Row row : DataFile.read(file)) {
            List<List<String>> groups = new ArrayList<>();
            for (var group : row.json().path("key_facts")) {
                groups.add(row.strings(group, "key_facts"));
            }
            facts.put(row.text("id"), groups);
        }
        return facts;
    }
}
