package demitasse.cli;

import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code logits}: the raw output of a model, for comparing engines. */
@Command(
        name = "logits",
        description = "Logits after each token of a sequence: little-endian f32 [positions][vocabulary].")
final class LogitsCommand extends BaseCommand {
    @Option(
            names = {"-m", "--model"},
            required = true,
            paramLabel = "MODEL",
            description = "A decoder model.")
    private String model;

    @Option(names = "--ids", required = true, split = ",", paramLabel = "ID", description = "Token ids: 1,2,3.")
    private int[] ids;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            description = "Size of the context (default: as many as there are ids).")
    private int context;

    @Mixin
    private LoadChoice load;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write.")
    private Path output;

    @Mixin
    private CacheChoice cache;

    @Override
    void run() throws IOException {
        int size = context == 0 ? ids.length : context;
        if (size < ids.length) {
            throw new InputException("a context of " + size + " does not hold " + ids.length + " ids");
        }
        LoadOptions options = cache.apply(load.options());
        try (LanguageModel loaded = Load.language(ModelOption.resolve(model, store()), options);
                Output file = new Output(output)) {
            for (int id : ids) {
                if (id < 0 || id >= loaded.vocabularySize()) {
                    throw new InputException(
                            "token " + id + ": the vocabulary has 0 to " + (loaded.vocabularySize() - 1));
                }
            }
            try (Session session = loaded.newSession(size)) {
                write(session.evaluateAll(ids), file.stream());
            }
            file.done();
        }
    }

    /** Little-endian f32. */
    static void write(float[] values, OutputStream out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (!bytes.hasRemaining()) {
                out.write(bytes.array());
                bytes.clear();
            }
            bytes.putFloat(value);
        }
        out.write(bytes.array(), 0, bytes.position());
    }
}
