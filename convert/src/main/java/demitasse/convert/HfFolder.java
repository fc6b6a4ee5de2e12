package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.FileFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The folder of a model as Hugging Face lays it out; holds its mapped weights until it is closed. */
final class HfFolder implements AutoCloseable {
    private static final String INDEX = "model.safetensors.index.json";
    private static final String SUFFIX = ".safetensors";

    private final Path path;
    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, HfTensor> tensors = new LinkedHashMap<>();

    private HfFolder(Path path) {
        this.path = path;
    }

    static HfFolder open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            throw new NotDirectoryException(path.toString());
        }
        HfFolder folder = new HfFolder(path);
        try {
            folder.openWeights();
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    /** A file of the folder, there or not. */
    Path file(String name) {
        return path.resolve(name);
    }

    boolean has(String name) {
        return Files.isRegularFile(file(name));
    }

    /** A JSON object; empty where the file is missing. */
    JsonFile json(String name) throws IOException {
        return JsonFile.read(file(name));
    }

    /** A text file. */
    String text(String name) throws IOException {
        try {
            return Files.readString(file(name));
        } catch (CharacterCodingException e) {
            throw new FileFormatException(file(name), 0, "text", "UTF-8", e.getMessage());
        }
    }

    /** The folder's own name. */
    String name() {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    /** All tensors, file by file and by name in each. */
    Map<String, HfTensor> tensors() {
        return tensors;
    }

    private void openWeights() throws IOException {
        JsonFile index = json(INDEX);
        Map<String, String> places = has(INDEX) ? places(index) : Map.of();
        for (String name : has(INDEX) ? new TreeSet<>(places.values()) : names()) {
            SafetensorsFile file = SafetensorsFile.open(file(name));
            files.add(file);
            for (HfTensor tensor : file.tensors()) {
                if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
                    throw new ModelLoadException(
                            "tensor " + tensor.name(), "it in one file", "it in " + name + ", too");
                }
                String place = places.get(tensor.name());
                if (has(INDEX) && !name.equals(place)) {
                    String expected = place == null ? "no such tensor" : "the tensor in " + place;
                    throw new ModelLoadException(INDEX + ": " + tensor.name(), expected, "it in " + name);
                }
            }
        }
        for (Map.Entry<String, String> place : places.entrySet()) {
            if (!tensors.containsKey(place.getKey())) {
                throw new ModelLoadException("tensor " + place.getKey(), "it in " + place.getValue(), "none");
            }
        }
    }

    /** The file of each tensor; names of files only, never paths that lead elsewhere. */
    private static Map<String, String> places(JsonFile index) throws ModelLoadException {
        Map<String, String> places = new TreeMap<>();
        for (Map.Entry<String, JsonNode> pair :
                index.object("weight_map").root().properties()) {
            String file = pair.getValue().asText();
            if (!pair.getValue().isTextual() || !file.endsWith(SUFFIX) || file.matches("(?s).*[/\\\\\\x00].*")) {
                throw index.wrong("weight_map, " + pair.getKey(), "the name of a " + SUFFIX + " file", pair.getValue());
            }
            places.put(pair.getKey(), file);
        }
        if (places.isEmpty()) {
            throw index.wrong("weight_map", "the file of each tensor", index.root());
        }
        return places;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            List<String> names = all.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("model") && name.endsWith(SUFFIX))
                    .sorted()
                    .toList();
            if (names.isEmpty()) {
                throw new ModelLoadException("the folder", "model" + SUFFIX + " or " + INDEX, "neither");
            }
            return names;
        }
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
