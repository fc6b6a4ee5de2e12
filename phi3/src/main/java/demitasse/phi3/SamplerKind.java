package demitasse.phi3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The samplers whose order can be chosen, in llama.cpp's default order and by its names. */
public enum SamplerKind {
    PENALTIES("penalties"),
    DRY("dry"),
    TOP_N_SIGMA("top_n_sigma"),
    TOP_K("top_k"),
    TYPICAL("typ_p", "typical", "typical_p", "typ"),
    TOP_P("top_p", "nucleus"),
    MIN_P("min_p"),
    XTC("xtc"),
    TEMPERATURE("temperature", "temp");

    public static final List<SamplerKind> DEFAULT_ORDER = List.of(values());

    private final List<String> names;

    SamplerKind(String... names) {
        this.names = List.of(names);
    }

    /** llama.cpp's name. */
    public String label() {
        return names.getFirst();
    }

    /**
     * Reads an order as llama.cpp's {@code --samplers} takes it: names between semicolons; the empty text is none.
     *
     * @throws IllegalArgumentException if a name is unknown
     */
    public static List<SamplerKind> order(String text) {
        List<SamplerKind> order = new ArrayList<>();
        for (String name : text.split(";")) {
            if (!name.isBlank()) {
                order.add(of(name.strip()));
            }
        }
        return List.copyOf(order);
    }

    private static SamplerKind of(String name) {
        String usual = name.toLowerCase(Locale.ROOT).replace('-', '_');
        for (SamplerKind kind : values()) {
            if (kind.names.contains(usual)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("samplers: there is no '" + name + "', but "
                + Arrays.stream(values()).map(SamplerKind::label).collect(Collectors.joining(", ")));
    }
}
