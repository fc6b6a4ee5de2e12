package demitasse.phi3;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One case of golden/models: token ids in, llama.cpp's logits out. */
record GoldenCase(Path model, String type, JsonNode json) {
    /** All cases of decoder models whose logits are in the folder, by model file. */
    static List<GoldenCase> all(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<GoldenCase> cases = new ArrayList<>();
            files.filter(file -> file.toString().endsWith(".expected.json"))
                    .sorted()
                    .forEach(file -> cases.addAll(of(folder, SharedData.json(file))));
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<GoldenCase> of(Path folder, JsonNode expected) {
        List<GoldenCase> cases = new ArrayList<>();
        if (!expected.get("architecture").asText().equals("bert")) {
            Path model = folder.resolve(expected.get("model").asText());
            for (JsonNode json : expected.get("cases")) {
                GoldenCase golden =
                        new GoldenCase(model, expected.get("weights_type").asText(), json);
                if (Files.exists(golden.exactFile())) {
                    cases.add(golden);
                }
            }
        }
        return cases;
    }

    int[] tokens() {
        return ints("tokens");
    }

    int context() {
        return json.get("n_ctx").asInt();
    }

    /** The first position whose logits are in the files. */
    int firstPosition() {
        return json.get("positions").get(0).asInt();
    }

    float[] exactLogits() {
        return SharedData.floats(exactFile());
    }

    private Path exactFile() {
        return model.resolveSibling(json.get("exact_file").asText());
    }

    double nativeNmse() {
        return json.get("native_nmse").asDouble();
    }

    int[] ints(String field) {
        return ints(json.get(field));
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    @Override
    public String toString() {
        return model.getFileName() + " " + json.get("name").asText();
    }
}
