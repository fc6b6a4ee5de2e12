package demitasse.cli;

import demitasse.gguf.GgmlType;
import demitasse.phi3.ModelQuantizer;
import demitasse.phi3.TypeChoices;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** llama-quantize's options about which tensor gets which type. */
final class TypeOptions {
    @Option(names = "--pure", description = "One type for all matrices, no mix.")
    private boolean pure;

    @Option(names = "--leave-output-tensor", description = "Leave output.weight as it is.")
    private boolean leaveOutput;

    @Option(
            names = "--output-tensor-type",
            paramLabel = "TYPE",
            converter = OneType.class,
            description = "The type of output.weight.")
    private GgmlType output;

    @Option(
            names = "--token-embedding-type",
            paramLabel = "TYPE",
            converter = OneType.class,
            description = "The type of token_embd.weight.")
    private GgmlType embedding;

    @Option(
            names = "--tensor-type",
            paramLabel = "NAME=TYPE",
            converter = OneTensor.class,
            description = "The type of tensors with NAME, a regular expression, in their names: attn_q=q8_0. The first"
                    + " that fits counts.")
    private List<TypeChoices.Override> overrides = List.of();

    TypeChoices choices() {
        return new TypeChoices(
                pure, leaveOutput, Optional.ofNullable(output), Optional.ofNullable(embedding), overrides);
    }

    /** A block type that can be written, in any case. */
    static final class OneType implements ITypeConverter<GgmlType> {
        @Override
        public GgmlType convert(String name) {
            return Arrays.stream(GgmlType.values())
                    .filter(ModelQuantizer::supports)
                    .filter(type -> type.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("no type " + name + "; there are "
                            + Arrays.stream(GgmlType.values())
                                    .filter(ModelQuantizer::supports)
                                    .map(Enum::name)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** NAME=TYPE. */
    static final class OneTensor implements ITypeConverter<TypeChoices.Override> {
        @Override
        public TypeChoices.Override convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("expected NAME=TYPE, not " + text);
            }
            String name = text.substring(0, equals).toLowerCase(Locale.ROOT);
            try {
                return new TypeChoices.Override(
                        Pattern.compile(name), new OneType().convert(text.substring(equals + 1)));
            } catch (PatternSyntaxException e) {
                throw new TypeConversionException("no regular expression: " + name);
            }
        }
    }
}
