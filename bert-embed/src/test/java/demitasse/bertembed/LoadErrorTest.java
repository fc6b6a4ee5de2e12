package demitasse.bertembed;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.GgufValue;
import demitasse.gguf.Metadata;
import demitasse.gguf.ModelLoadException;
import demitasse.testkit.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a model is named. */
class LoadErrorTest {
    private final Map<String, GgufValue> keys = new LinkedHashMap<>();

    @BeforeEach
    void soundKeys() {
        keys.put("general.architecture", GgufValue.string("bert"));
        keys.put("bert.block_count", GgufValue.u32(2));
        keys.put("bert.embedding_length", GgufValue.u32(128));
        keys.put("bert.feed_forward_length", GgufValue.u32(256));
        keys.put("bert.context_length", GgufValue.u32(64));
        keys.put("bert.attention.head_count", GgufValue.u32(4));
        keys.put("bert.attention.layer_norm_epsilon", GgufValue.f32(1e-12f));
        keys.put("bert.pooling_type", GgufValue.u32(1));
    }

    @Test
    void soundKeysAreAccepted() throws ModelLoadException {
        BertConfig.read(new Metadata(keys));
    }

    @Test
    void eachMissingKeyIsNamed() {
        for (String key : keys.keySet().toArray(new String[0])) {
            GgufValue value = keys.remove(key);
            assertNames(key);
            keys.put(key, value);
        }
    }

    @Test
    void wrongValuesAreNamed() {
        refuse("general.architecture", GgufValue.string("phi3"));
        refuse("bert.block_count", GgufValue.u32(0));
        refuse("bert.embedding_length", GgufValue.string("384"));
        refuse("bert.attention.head_count", GgufValue.u32(5));
        refuse("bert.attention.layer_norm_epsilon", GgufValue.f32(Float.NaN));
        refuse("bert.pooling_type", GgufValue.u32(0));
        refuse("bert.pooling_type", GgufValue.u32(4));
    }

    private void refuse(String key, GgufValue value) {
        GgufValue sound = keys.put(key, value);
        assertNames(key);
        keys.put(key, sound);
    }

    private void assertNames(String key) {
        ModelLoadException e = assertThrows(ModelLoadException.class, () -> BertConfig.read(new Metadata(keys)), key);
        assertTrue(e.getMessage().contains("key " + key), e.getMessage());
    }

    /** The bundled model with one byte of its header changed. */
    @Test
    void missingTensorsAndWrongShapesAreNamed(@TempDir Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(SharedData.repository("models/all-MiniLM-L6-v2.Q8_0.gguf"));
        Path file = folder.resolve("model.gguf");

        int name = find(bytes, "blk.3.ffn_up.bias");
        bytes[name + 2] = 'g';
        Files.write(file, bytes);
        assertLoadFails(file, "tensor blk.3.ffn_up.bias");
        bytes[name + 2] = 'k';

        int value = find(bytes, "bert.feed_forward_length") + "bert.feed_forward_length".length() + Integer.BYTES;
        bytes[value + 1]++;
        Files.write(file, bytes);
        assertLoadFails(file, "tensor blk.0.ffn_up.weight");
    }

    private static void assertLoadFails(Path file, String named) {
        IOException e = assertThrows(ModelLoadException.class, () -> Embedding.load(file));
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    private static int find(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length - wanted.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new IllegalArgumentException(text);
    }
}
