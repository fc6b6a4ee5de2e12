package demitasse.gguf;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a file says of the model in it.
 *
 * @param architecture empty if it does not say
 * @param parameters weights of all tensors
 * @param bytes of all tensors
 * @param type the one that most of these bytes are of; F32 if there are none
 * @param keys strings, numbers and booleans in file order; no arrays
 */
public record ModelSummary(String architecture, long parameters, long bytes, GgmlType type, Map<String, Object> keys) {
    public ModelSummary {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    public static ModelSummary of(GgufFile file) {
        Map<GgmlType, Long> bytes = new EnumMap<>(GgmlType.class);
        long parameters = 0;
        long all = 0;
        for (GgufTensor tensor : file.tensors().values()) {
            bytes.merge(tensor.type(), tensor.bytes(), Long::sum);
            parameters += tensor.elements();
            all += tensor.bytes();
        }
        GgmlType type = bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(GgmlType.F32);
        Map<String, Object> keys = new LinkedHashMap<>();
        file.metadata().asMap().forEach((key, value) -> {
            if (!(value.value() instanceof GgufArray)) {
                keys.put(key, value.value());
            }
        });
        Object architecture = keys.getOrDefault("general.architecture", "");
        return new ModelSummary(architecture.toString(), parameters, all, type, keys);
    }
}
