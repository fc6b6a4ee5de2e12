package demitasse.cli;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.Metadata;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A root folder whose sentence encoder has one layer of the real one's six and whose sample knowledge is one document,
 * for tests that start the server many times and do not look at what it answers.
 */
final class SmallRoot {
    private static final String ENCODER = "models/all-MiniLM-L6-v2.Q8_0.gguf";
    private static final String SAMPLE = "samples/kb/refunds.md";

    private SmallRoot() {}

    static Path make(Path folder) throws IOException {
        Path real = SharedData.repository(ENCODER);
        Path encoder = folder.resolve(ENCODER);
        Files.createDirectories(encoder.getParent());
        try (GgufFile file = GgufFile.open(real)) {
            Map<String, GgufValue> keys = new LinkedHashMap<>(file.metadata().asMap());
            keys.put("bert.block_count", GgufValue.u32(1));
            GgufWriter writer = new GgufWriter().putAll(new Metadata(keys));
            for (GgufTensor tensor : file.tensors().values()) {
                if (!tensor.name().startsWith("blk.") || tensor.name().startsWith("blk.0.")) {
                    writer.tensor(
                            tensor.name(),
                            tensor.type(),
                            tensor.shape(),
                            out -> Channels.newChannel(out).write(tensor.data().asByteBuffer()));
                }
            }
            writer.write(encoder);
        }
        try (var file = new RandomAccessFile(encoder.toFile(), "rw")) {
            file.setLength(Files.size(real)); // the catalog knows how long it is
        }
        Path sample = folder.resolve(SAMPLE);
        Files.createDirectories(sample.getParent());
        Files.writeString(sample, "# Refunds\n\nA refund takes 5 to 7 working days.\n");
        return folder;
    }
}
