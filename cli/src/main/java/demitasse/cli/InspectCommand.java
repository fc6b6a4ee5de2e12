package demitasse.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.phi3.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what stands in GGUF files. */
@Command(
        name = "inspect",
        description = "Show the header, keys and tensors of GGUF files.",
        footer = {"", "With several files: one JSON object a line {file, ok, error}, and exit code 0."})
final class InspectCommand extends BaseCommand {
    private static final int MOST_SHOWN = 100;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "GGUF files, or names of the catalog.")
    private List<String> files;

    @Option(names = "--load", description = "Also build the model, which checks its keys and tensors.")
    private boolean load;

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    @Option(names = "--tensors", description = "List the tensors.")
    private boolean tensors;

    @Override
    void run() throws IOException {
        if (files.size() > 1) {
            files.forEach(file -> out().println(JsonLines.write(verdict(file))));
            return;
        }
        Path path = ModelOption.resolve(files.getFirst(), store());
        try (GgufFile file = GgufFile.open(path)) {
            if (load) {
                load(file);
            }
            if (json) {
                out().println(JsonLines.write(json(file)));
            } else {
                print(file);
            }
        }
    }

    private ObjectNode verdict(String name) {
        ObjectNode verdict = JsonLines.object().put("file", name);
        try (GgufFile file = GgufFile.open(ModelOption.resolve(name, store()))) {
            if (load) {
                load(file);
            }
            return verdict.put("ok", true).putNull("error");
        } catch (IOException | RuntimeException e) {
            return verdict.put("ok", false).put("error", Failures.line(e));
        }
    }

    /** Builds the model that the file's architecture asks for, and lets it go again. */
    private static void load(GgufFile file) throws IOException {
        if (file.metadata().requireString("general.architecture").equals("bert")) {
            Load.embedding(file.path(), ThreadsChoice.orAll(0), false).close();
        } else {
            Load.language(file.path(), LoadOptions.defaults()).close();
        }
    }

    private void print(GgufFile file) throws IOException {
        out().printf(
                        Locale.ROOT,
                        "%s: GGUF version %d, %,d bytes, %d keys, %d tensors, %,d weights, alignment %d%n",
                        file.path(),
                        file.version(),
                        Files.size(file.path()),
                        file.metadata().asMap().size(),
                        file.tensors().size(),
                        weights(file),
                        file.alignment());
        out().println("types: "
                + types(file).entrySet().stream()
                        .map(type -> type.getValue() + " " + type.getKey())
                        .collect(Collectors.joining(", ")));
        file.metadata()
                .asMap()
                .forEach((key, value) -> out().printf(
                                "%s = %s (%s)%n",
                                printable(key), shown(value), value.type().label()));
        if (tensors) {
            file.tensors()
                    .values()
                    .forEach(tensor -> out().printf(
                                    "%-40s %-8s %s at %d%n",
                                    printable(tensor.name()), tensor.type(), shape(tensor), tensor.offset()));
        }
        if (load) {
            out().println("loads");
        }
    }

    private static String shown(GgufValue value) {
        String text = printable(value.toString().replace("\n", "\\n").replace("\r", "\\r"));
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    }

    /** A file may hold what a terminal takes for commands. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "\uFFFD");
    }

    private static String shape(GgufTensor tensor) {
        return LongStream.of(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining(" x ", "[", "]"));
    }

    private ObjectNode json(GgufFile file) throws IOException {
        ObjectNode node = JsonLines.object().put("file", file.path().toString()).put("ok", true);
        node.put("version", file.version())
                .put("alignment", file.alignment())
                .put("bytes", Files.size(file.path()))
                .put("tensor_count", file.tensors().size())
                .put("weights", weights(file));
        ObjectNode types = node.putObject("types");
        types(file).forEach((type, count) -> types.put(type.name(), count));
        ObjectNode keys = node.putObject("keys");
        file.metadata().asMap().forEach((key, value) -> keys.set(key, json(value)));
        if (tensors) {
            ArrayNode all = node.putArray("tensors");
            for (GgufTensor tensor : file.tensors().values()) {
                ObjectNode entry = all.addObject()
                        .put("name", tensor.name())
                        .put("type", tensor.type().name())
                        .put("offset", tensor.offset())
                        .put("bytes", tensor.bytes());
                ArrayNode shape = entry.putArray("shape");
                LongStream.of(tensor.shape()).forEach(shape::add);
            }
        }
        return node;
    }

    /** Arrays are told by type and length: a vocabulary would bury the rest. */
    private static ObjectNode json(GgufValue value) {
        ObjectNode node = JsonLines.object().put("type", value.type().label());
        if (value.value() instanceof GgufArray array) {
            return node.put("element_type", array.type().label()).put("length", array.length());
        }
        return node.set("value", JsonLines.JSON.valueToTree(value.value()));
    }

    private static long weights(GgufFile file) {
        return file.tensors().values().stream().mapToLong(GgufTensor::elements).sum();
    }

    private static Map<GgmlType, Integer> types(GgufFile file) {
        Map<GgmlType, Integer> types = new EnumMap<>(GgmlType.class);
        file.tensors().values().forEach(tensor -> types.merge(tensor.type(), 1, Integer::sum));
        return types;
    }
}
