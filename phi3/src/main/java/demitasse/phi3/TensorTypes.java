package demitasse.phi3;

import demitasse.gguf.GgmlType;
import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applies {@link TensorMix} to the tensors of a file, which it also puts into llama-quantize's order. */
final class TensorTypes {
    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\..*");
    private static final int NO_BLOCK = -1;

    /** Tensors outside the layers first, then by layer, and by name among themselves. */
    private static final Comparator<GgufTensor> ORDER =
            Comparator.comparingInt((GgufTensor tensor) -> block(tensor.name())).thenComparing(GgufTensor::name);

    private final FileType file;
    private final TypeChoices choices;
    private final TensorMix.Model model;
    private final List<GgufTensor> tensors;
    private final boolean tied;
    private final int values;
    private final Map<TensorMix.Role, Integer> seen = new EnumMap<>(TensorMix.Role.class);

    private TensorTypes(QuantizeOptions options, TensorMix.Model model, Collection<GgufTensor> tensors) {
        this.file = options.type();
        this.choices = options.choices();
        this.model = model;
        this.tensors = tensors.stream().sorted(ORDER).toList();
        this.tied = tensors.stream().noneMatch(tensor -> TensorMix.role(tensor.name()) == TensorMix.Role.OUTPUT);
        this.values = (int) tensors.stream()
                .filter(tensor -> TensorMix.role(tensor.name()) == TensorMix.Role.VALUE)
                .count();
    }

    /**
     * The type of each tensor, in the order of the new file.
     *
     * @throws ModelLoadException naming a key that is missing
     */
    static Map<String, GgmlType> of(QuantizeOptions options, Metadata keys, Collection<GgufTensor> tensors)
            throws ModelLoadException {
        TensorMix.Model model = model(keys, options.importance().isPresent());
        return new TensorTypes(options, model, tensors).all();
    }

    private static TensorMix.Model model(Metadata keys, boolean weighed) throws ModelLoadException {
        String architecture = keys.requireString("general.architecture");
        String prefix = architecture + ".";
        int heads = firstLayers(keys, prefix + "attention.head_count", 1);
        return new TensorMix.Model(
                architecture,
                keys.requireInteger(prefix + "block_count"),
                heads,
                firstLayers(keys, prefix + "attention.head_count_kv", heads),
                keys.integer(prefix + "expert_count", 0),
                weighed);
    }

    /** Head counts may be given for each layer. */
    private static int firstLayers(Metadata keys, String key, int otherwise) throws ModelLoadException {
        GgufValue value = keys.asMap().get(key);
        if (value != null && value.value() instanceof GgufArray) {
            int[] layers = keys.integers(key).orElseThrow();
            return layers.length == 0 ? otherwise : layers[0];
        }
        return keys.integer(key, otherwise);
    }

    private Map<String, GgmlType> all() {
        Map<String, GgmlType> types = new LinkedHashMap<>();
        for (GgufTensor tensor : tensors) {
            types.put(tensor.name(), stays(tensor) ? tensor.type() : type(tensor));
        }
        return types;
    }

    private boolean stays(GgufTensor tensor) {
        return !TensorMix.isQuantized(tensor)
                || choices.leaveOutput() && TensorMix.role(tensor.name()) == TensorMix.Role.OUTPUT;
    }

    private GgmlType type(GgufTensor tensor) {
        TensorMix.Role role = TensorMix.role(tensor.name());
        Optional<GgmlType> override = choices.override(tensor.name());
        if (role == TensorMix.Role.EMBEDDING && choices.embedding().isPresent()) {
            // The large table of one embedding for each layer may be named apart from the other one.
            if (override.isEmpty() || tensor.name().equals(TensorMix.EMBEDDING)) {
                return choices.embedding().get();
            }
        }
        if (role == TensorMix.Role.OUTPUT && choices.output().isPresent()) {
            return choices.output().get();
        }
        if (file.plain().blockSize() == 1) {
            return file.plain();
        }
        GgmlType wanted = override.orElseGet(() -> choices.pure() ? file.plain() : mixed(tensor, role));
        return TensorMix.fit(wanted, tensor.columns());
    }

    private GgmlType mixed(GgufTensor tensor, TensorMix.Role role) {
        if (role == TensorMix.Role.OUTPUT || role == TensorMix.Role.EMBEDDING && tied) {
            return choices.output().orElseGet(() -> TensorMix.output(file, tensor.columns()));
        }
        int count = seen.merge(role, 1, Integer::sum) - 1;
        if (role == TensorMix.Role.VALUE) {
            return TensorMix.choose(file, role, count, values, model);
        }
        // With experts there are several in a layer, so they are not counted but named.
        int layer = model.experts() > 1 ? block(tensor.name()) : count;
        return TensorMix.choose(file, role, layer, model.layers(), model);
    }

    private static int block(String name) {
        Matcher matcher = BLOCK.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : NO_BLOCK;
    }
}
