package demitasse.cli;

import demitasse.phi3.CacheType;
import demitasse.phi3.LoadOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What keys and values are kept as. */
final class CacheChoice {
    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            description = "Keys and values as f32, f16 or q8_0 (default: f16; f32 with --exact).")
    private String type;

    LoadOptions apply(LoadOptions options) {
        return type == null ? options : options.withCacheType(parse(type));
    }

    private static CacheType parse(String name) {
        for (CacheType type : CacheType.values()) {
            if (name(type).equals(name.toLowerCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new InputException("--kv-type: "
                + Arrays.stream(CacheType.values()).map(CacheChoice::name).collect(Collectors.joining(", ")) + ", not "
                + name);
    }

    private static String name(CacheType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
