package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import demitasse.gguf.GgufArray;
import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufFormatException;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufValueType;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever stands in a file, it loads and generates, or an error names the place, the key or the tensor: nothing else
 * is thrown, nothing hangs, and no size in it is believed before it was checked.
 */
final class HostileModelsTest {
    private static final long SEED = 20261125;
    private static final int MUTATIONS = 60;
    private static final int MOST_FLIPS = 8;
    /** What loading a nano model may allocate: scratch of a batch, tables, copies of the weights. */
    private static final long LOAD_BYTES = 64L << 20;

    private static final List<GgufValue> HOSTILE = List.of(
            GgufValue.u32(0),
            GgufValue.u32(1),
            GgufValue.u32(2),
            GgufValue.u32(3),
            GgufValue.u32(1 << 20),
            GgufValue.u32(Integer.MAX_VALUE),
            GgufValue.u32(1L << 31),
            GgufValue.u32((1L << 32) - 1),
            new GgufValue(GgufValueType.INT32, -1),
            new GgufValue(GgufValueType.INT32, Integer.MIN_VALUE),
            new GgufValue(GgufValueType.UINT64, -1L),
            new GgufValue(GgufValueType.INT64, Long.MIN_VALUE),
            GgufValue.f32(0),
            GgufValue.f32(-1),
            GgufValue.f32(Float.NaN),
            GgufValue.f32(Float.POSITIVE_INFINITY),
            GgufValue.f32(Float.MIN_VALUE),
            GgufValue.f32(Float.MAX_VALUE),
            new GgufValue(GgufValueType.FLOAT64, 1e300),
            GgufValue.bool(true),
            GgufValue.string(""),
            GgufValue.string("{{ "),
            GgufValue.string("\u0000\ufffd\n"),
            GgufValue.strings(),
            GgufValue.strings("", "a", "a"),
            new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.FLOAT32, new float[] {Float.NaN})),
            new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.INT32, new int[100])),
            new GgufValue(GgufValueType.ARRAY, new GgufArray(GgufValueType.UINT8, new byte[3])));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama-spm.gguf", "qwen2.Q4_K_M.gguf", "phi3-swa.Q4_K_M.gguf"})
    void damagedFiles(String name) throws IOException {
        Path original = NanoModels.folder().resolve(name);
        byte[] bytes = Files.readAllBytes(original);
        int header = header(original);
        Random random = new Random(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            // Most damage to weights does nothing, so three of four hits go to the header.
            int area = random.nextInt(4) == 0 ? bytes.length : header;
            Path file = Files.write(folder.resolve("damaged.gguf"), damage(bytes, area, random));
            tryOut(file, name + ", mutation " + i);
        }
    }

    @Test
    void hostileValuesOfEachKey() throws IOException {
        String name = "llama-spm.gguf";
        try (GgufFile original = GgufFile.open(NanoModels.folder().resolve(name))) {
            List<String> keys = new ArrayList<>(original.metadata().asMap().keySet());
            String prefix = original.metadata().requireString("general.architecture");
            for (String more : List.of(
                    "attention.key_length",
                    "attention.value_length",
                    "rope.scaling.factor",
                    "rope.scaling.original_context_length",
                    "rope.scaling.attn_factor",
                    "expert_count",
                    "vocab_size")) {
                keys.add(prefix + "." + more);
            }
            for (String key : keys) {
                for (GgufValue value : HOSTILE) {
                    if (!key.equals("general.alignment")) {
                        tryOut(with(original, Map.of(key, value), Map.of()), name + ", " + key + " = " + value);
                    }
                }
            }
        }
    }

    @Test
    void weightsThatAreNoNumbers() throws IOException {
        try (GgufFile original = GgufFile.open(NanoModels.folder().resolve("llama-spm.gguf"))) {
            for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE}) {
                for (GgufTensor tensor : original.tensors().values()) {
                    byte[] bytes = new byte[(int) tensor.bytes()];
                    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                    while (floats.hasRemaining()) {
                        floats.putFloat(poison);
                    }
                    Path file = with(original, Map.of(), Map.of(tensor.name(), bytes));
                    tryOut(file, tensor.name() + " all " + poison);
                }
            }
        }
    }

    private static int header(Path file) throws IOException {
        try (GgufFile gguf = GgufFile.open(file)) {
            return (int) gguf.tensors().values().iterator().next().offset();
        }
    }

    /** Some flipped bits, an overwritten word, a part moved over another, or an early end. */
    private static byte[] damage(byte[] bytes, int area, Random random) {
        byte[] damaged = bytes.clone();
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                for (int flips = random.nextInt(MOST_FLIPS); flips >= 0; flips--) {
                    damaged[random.nextInt(area)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                }
            }
            case 2 ->
                ByteBuffer.wrap(damaged)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(
                                random.nextInt(area - Long.BYTES),
                                random.nextBoolean() ? random.nextInt(1000) : 1L << random.nextInt(Long.SIZE));
            case 3 -> {
                int length = random.nextInt(Long.SIZE);
                System.arraycopy(bytes, random.nextInt(area - length), damaged, random.nextInt(area - length), length);
            }
            default -> damaged = Arrays.copyOf(bytes, random.nextInt(area));
        }
        return damaged;
    }

    private Path with(GgufFile original, Map<String, GgufValue> keys, Map<String, byte[]> tensors) throws IOException {
        GgufWriter writer = new GgufWriter();
        original.metadata().asMap().forEach((key, value) -> writer.put(key, keys.getOrDefault(key, value)));
        keys.forEach((key, value) -> {
            if (!original.metadata().contains(key)) {
                writer.put(key, value);
            }
        });
        original.tensors()
                .forEach((name, tensor) -> writer.tensor(
                        name,
                        tensor.type(),
                        tensor.shape(),
                        out -> out.write(
                                tensors.containsKey(name)
                                        ? tensors.get(name)
                                        : tensor.data().toArray(ValueLayout.JAVA_BYTE))));
        Path file = folder.resolve("hostile.gguf");
        writer.write(file);
        return file;
    }

    private static void tryOut(Path file, String what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (LanguageModel model = LanguageModel.load(file, new LoadOptions(1, false))) {
            checkAllocated(threads.getCurrentThreadAllocatedBytes() - before, what);
            use(model);
        } catch (GgufFormatException e) {
            checkAllocated(threads.getCurrentThreadAllocatedBytes() - before, what);
        } catch (ModelLoadException e) {
            checkAllocated(threads.getCurrentThreadAllocatedBytes() - before, what);
            assertTrue(e.getMessage().startsWith("key ") || e.getMessage().startsWith("tensor "), e.getMessage());
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    private static void checkAllocated(long bytes, String what) {
        assertTrue(bytes < LOAD_BYTES, () -> what + ": " + bytes + " bytes");
    }

    private static void use(LanguageModel model) {
        int[] prompt = {0, model.vocabularySize() - 1};
        if (model.hasTokenizer()) {
            int[] ids = model.tokenizer().encode("ab <s>c\u00e9\ud83d\ude00", true, true);
            model.tokenizer().decode(ids, true, false);
        }
        int context = Math.min(model.trainedContext(), prompt.length + 3);
        if (context > prompt.length) {
            try (Session session = model.newSession(context)) {
                session.generate(prompt, GenerationOptions.greedy(2), text -> true);
                session.generate(prompt, new GenerationOptions(2, SamplingOptions.DEFAULT, List.of("b")), text -> true);
            }
        }
    }
}
