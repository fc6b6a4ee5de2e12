package demitasse.cli;

import demitasse.convert.ModelConverter;
import demitasse.convert.OutType;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convert}: a GGUF file from a Hugging Face folder. */
@Command(
        name = "convert",
        description = "Write a GGUF file from a Hugging Face folder: safetensors, config.json and tokenizer files of a"
                + " Phi-3, Llama, Qwen2 or BERT model.",
        footer = {"", "`demitasse quantize` makes smaller files of the result."})
final class ConvertCommand extends BaseCommand {
    private static final double MEGA = 1e6;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "OUT", description = "Where to write.")
    private Path target;

    @Option(
            names = "--outtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "f32, f16, bf16, q8_0, or auto: bf16 if the model is, else f16 (default: auto).")
    private String typeName;

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name (default: the folder's).")
    private String name;

    @Option(
            names = "--pre",
            paramLabel = "NAME",
            description = "What to write as tokenizer.ggml.pre, for a tokenizer.json that is not recognised.")
    private String preTokenizer;

    @Option(names = "--force", description = "Replace OUT if it is there.")
    private boolean force;

    @Mixin
    private ThreadsChoice threads;

    @Override
    void run() throws IOException {
        Optional<OutType> type = OutType.named(typeName);
        if (type.isEmpty() && !typeName.equalsIgnoreCase("auto")) {
            throw usage("no type " + typeName + "; there are f32, f16, bf16, q8_0 and auto");
        }
        int count = threads.count();
        OutputFile.check(target, force);
        ModelConverter.Options options =
                new ModelConverter.Options(type, Optional.ofNullable(name), Optional.ofNullable(preTokenizer));
        try (ModelConverter converter = ModelConverter.open(folder, options)) {
            OutputFile.checkSpace(target, converter.bytes());
            converter.notes().forEach(notes()::say);
            try (Progress progress = notes().progress("converting to " + converter.type())) {
                converter.write(target, count, progress::at);
            }
            notes().say(String.format("%s: %.1f MB of weights", target, converter.bytes() / MEGA));
        } catch (ModelLoadException e) {
            throw Load.named(folder, e);
        }
    }
}
