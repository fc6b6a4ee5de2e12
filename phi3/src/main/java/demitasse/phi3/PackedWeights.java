package demitasse.phi3;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;
import demitasse.tensor.PanelFile;
import demitasse.tensor.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a model's {@link PanelFile} stands, and of which model it is. One for each path: a model that takes another's place
 * takes its file's place too.
 */
final class PackedWeights {
    private static final int NAME_BYTES = 12;
    private static final String EXTENSION = ".panels";

    private PackedWeights() {}

    /** Opens or makes it; null where there can be none, which costs time but does no harm. */
    static PanelFile open(GgufFile file, Path folder, Threads threads) throws ModelLoadException {
        try {
            Path model = file.path().toRealPath();
            byte[] name = sha256().digest(model.toString().getBytes(StandardCharsets.UTF_8));
            Path packed = folder.resolve(HexFormat.of().formatHex(name, 0, NAME_BYTES) + EXTENSION);
            return PanelFile.open(packed, key(file, model), matrices(file), threads);
        } catch (ModelLoadException e) {
            throw e;
        } catch (IOException e) {
            System.getLogger("demitasse")
                    .log(System.Logger.Level.WARNING, "packed weights are not kept: {0}", e.toString());
            return null;
        }
    }

    private static byte[] key(GgufFile file, Path model) throws IOException {
        FileTime time = Files.getLastModifiedTime(model);
        MessageDigest digest = sha256();
        digest.update(model.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(Files.size(model))
                .putLong(time.to(TimeUnit.NANOSECONDS))
                .flip());
        return digest.digest(SessionFile.fingerprint(file));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All but an embedding of which only rows are looked up. */
    private static List<GgufTensor> matrices(GgufFile file) {
        boolean tied = file.tensor(DecoderWeights.OUTPUT).isEmpty();
        return file.tensors().values().stream()
                .filter(tensor -> tensor.shape().length == 2)
                .filter(tensor -> tied || !tensor.name().equals(DecoderWeights.TOKENS))
                .toList();
    }
}
