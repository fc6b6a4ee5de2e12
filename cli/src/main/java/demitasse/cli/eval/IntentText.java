package demitasse.cli.eval;

import demitasse.cli.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A text with its intent.
 *
 * @param acceptable other intents that are not wrong
 * @param core false where the label is debatable
 */
record IntentText(String text, String intent, Set<String> acceptable, boolean core) {
    private static final String MAPPING = "mapping_intent8.csv";
    private static final String BAR = "\\|";

    boolean accepts(String found) {
        return found.equals(intent) || acceptable.contains(found);
    }

    /** Texts by the name of their set; files that have no such labels are left out. */
    static Map<String, List<IntentText>> sets(Path data) throws IOException {
        Path folder = data.resolve("intents");
        Map<String, List<IntentText>> sets = new TreeMap<>();
        Mapping mapping = Mapping.read(folder.resolve(MAPPING));
        for (Path file : DataFile.in(folder, ".csv")) {
            if (file.endsWith(MAPPING)) {
                continue;
            }
            String name = DataFile.stem(file);
            List<DataFile.Row> rows = DataFile.read(file);
            List<IntentText> texts = new ArrayList<>();
            for (DataFile.Row row : rows) {
                IntentText text = row.has("intent8") ? labelled(row) : mapping.apply(name, row);
                if (text != null) {
                    texts.add(text);
                    if (row.has("intent8") && row.has("source")) {
                        sets.computeIfAbsent(name + ": " + row.text("source"), s -> new ArrayList<>())
                                .add(text);
                    }
                }
            }
            if (!texts.isEmpty()) {
                sets.put(name, texts);
            }
        }
        return sets;
    }

    private static IntentText labelled(DataFile.Row row) throws IOException {
        return new IntentText(
                row.text("text"),
                row.text("intent8"),
                split(row.text("acceptable", "")),
                !"0".equals(row.text("core", "1")));
    }

    private static Set<String> split(String acceptable) {
        return Arrays.stream(acceptable.split(BAR)).filter(a -> !a.isBlank()).collect(Collectors.toSet());
    }

    /** From the labels of a source to the eight intents. */
    private record Mapping(Map<String, Map<String, IntentText>> bySource) {
        static Mapping read(Path file) throws IOException {
            Map<String, Map<String, IntentText>> bySource = new HashMap<>();
            if (Files.exists(file)) {
                for (DataFile.Row row : DataFile.read(file)) {
                    bySource.computeIfAbsent(row.text("source"), s -> new HashMap<>())
                            .put(
                                    row.text("source_label"),
                                    new IntentText(
                                            "",
                                            row.text("intent8"),
                                            split(row.text("acceptable", "")),
                                            !"0".equals(row.text("core", "1"))));
                }
            }
            return new Mapping(bySource);
        }

        /** Null where the mapping does not know the file or its label. A file's name begins with its source. */
        IntentText apply(String file, DataFile.Row row) throws IOException {
            for (Map.Entry<String, Map<String, IntentText>> source : bySource.entrySet()) {
                if (file.startsWith(source.getKey()) && row.has("label")) {
                    IntentText label = source.getValue().get(row.text("label"));
                    return label == null
                            ? null
                            : new IntentText(row.text("text"), label.intent, label.acceptable, label.core);
                }
            }
            return null;
        }
    }
}
