package demitasse.bench;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufFormatException;
import demitasse.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A GGUF file of a published model's true shape with random weights: what a kernel costs does not depend on the
 * values, so a model can be timed that cannot be downloaded. Named {@code SHAPE:TYPE}, for example {@code
 * phi-3-mini:Q4_K_M}.
 */
public final class SyntheticModel {
    /** Told after each tensor how many bytes of all were written. */
    @FunctionalInterface
    public interface Progress {
        void at(long done, long total);
    }

    private final SyntheticShape shape;
    private final SyntheticMix mix;

    private SyntheticModel(SyntheticShape shape, SyntheticMix mix) {
        this.shape = shape;
        this.mix = mix;
    }

    /** @throws IllegalArgumentException naming the shapes and types that there are */
    public static SyntheticModel named(String name) {
        int colon = name.indexOf(':');
        String type = colon < 0 ? "Q4_K_M" : name.substring(colon + 1);
        String shape = colon < 0 ? name : name.substring(0, colon);
        return new SyntheticModel(
                SyntheticShape.named(shape)
                        .orElseThrow(() -> new IllegalArgumentException("no synthetic shape " + shape + "; there are "
                                + String.join(", ", SyntheticShape.names()))),
                SyntheticMix.named(type)
                        .orElseThrow(() -> new IllegalArgumentException("no synthetic type " + type
                                + "; there are Q4_K_M, Q5_K_M, and for all matrices alike " + RandomBlocks.names())));
    }

    /** The name of its file, without a folder. */
    public String fileName() {
        return "synthetic-" + shape.name() + "-" + mix.name() + ".gguf";
    }

    /** Bytes of its tensors. */
    public long bytes() {
        return writer((done, total) -> {}).dataBytes();
    }

    /** Writes the file into {@code folder}, unless a whole one is there. */
    public Path in(Path folder, Progress progress) throws IOException {
        Path file = folder.resolve(fileName());
        if (!isWhole(file)) {
            Files.createDirectories(folder);
            write(file, progress);
        }
        return file;
    }

    /**
     * Writes the file that {@link #in} would: other programs can read it too.
     *
     * @throws IOException if there is no room, or the file cannot be written; what stood there stays then
     */
    public void write(Path file, Progress progress) throws IOException {
        GgufWriter writer = writer(progress);
        long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        if (free < writer.dataBytes()) {
            throw new IOException(file + ": needs " + writer.dataBytes() + " bytes; " + free + " are free");
        }
        writer.write(file);
    }

    private static boolean isWhole(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (GgufFile whole = GgufFile.open(file)) {
            // Files of our earlier versions had no tokenizer.
            return !whole.tensors().isEmpty() && whole.metadata().asMap().containsKey("tokenizer.ggml.tokens");
        } catch (GgufFormatException e) {
            return false;
        }
    }

    private GgufWriter writer(Progress progress) {
        GgufWriter writer = new GgufWriter();
        shape.putKeys(writer, mix);
        long[] done = {0};
        shape.tensors(mix, (name, type, dimensions) -> {
            long bytes = type.bytesFor(product(dimensions));
            RandomBlocks random = new RandomBlocks(name.hashCode());
            writer.tensor(name, type, dimensions, out -> {
                if (name.endsWith("norm.weight")) {
                    random.writeNorm(bytes, out);
                } else {
                    random.write(type, bytes, out);
                }
                done[0] += bytes;
                progress.at(done[0], writer.dataBytes());
            });
        });
        return writer;
    }

    private static long product(long... dimensions) {
        long n = 1;
        for (long d : dimensions) {
            n *= d;
        }
        return n;
    }
}
