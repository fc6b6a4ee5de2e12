package demitasse.phi3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufValue;
import demitasse.gguf.GgufWriter;
import demitasse.gguf.ModelFileChangedException;
import demitasse.tensor.KvShape;
import demitasse.tensor.KvType;
import demitasse.testkit.Fork;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What would fill or kill a JVM, in a JVM of its own. */
final class ForkedModelTest {
    /** Of the last page more or less is left over, and what else needs memory then finds some or none. */
    private static final List<String> SMALL_HEAPS = List.of("-Xmx48m", "-Xmx50m", "-Xmx52m", "-Xmx55m");
    /** Enough for compiled code, in which the JVM tells a missing page late. */
    private static final int WARM_UP = 100;

    private static final int THREADS = 3;

    @TempDir
    private Path folder;

    /** A context of 2^31 - 1 costs nothing until it is filled; what does not fit is an error, not an empty heap. */
    @Test
    void hugeContext() throws IOException, InterruptedException {
        Path file = folder.resolve("context.gguf");
        try (GgufFile original = GgufFile.open(NanoModels.folder().resolve("llama-spm.gguf"))) {
            GgufWriter writer = new GgufWriter();
            original.metadata()
                    .asMap()
                    .forEach((key, value) -> writer.put(
                            key, key.equals("llama.context_length") ? GgufValue.u32(Integer.MAX_VALUE) : value));
            original.tensors()
                    .forEach((name, tensor) -> writer.tensor(
                            name,
                            tensor.type(),
                            tensor.shape(),
                            out -> out.write(tensor.data().toArray(ValueLayout.JAVA_BYTE))));
            writer.write(file);
        }
        for (String heap : SMALL_HEAPS) {
            assertEquals(
                    "opened refused refused generated",
                    Fork.run(List.of(heap), HugeContext.class, file.toString()),
                    heap);
        }
    }

    static final class HugeContext {
        private static final int TOKENS = 1 << 16;
        private static final KvShape LARGE = new KvShape(16, 4, 64, KvType.F16);

        private HugeContext() {}

        public static void main(String[] args) throws IOException {
            try (LanguageModel model = LanguageModel.load(Path.of(args[0]), new LoadOptions(1, false))) {
                try (Session session = model.newSession(Integer.MAX_VALUE)) {
                    System.out.print("opened ");
                    DecoderConfig config = model.config();
                    KvShape shape = new KvShape(config.layers(), config.kvHeads(), config.headSize(), KvType.F16);
                    int pages = (int) (Runtime.getRuntime().maxMemory() / shape.pageBytes()) + 1;
                    System.out.print(refused(() -> session.evaluate(new int[pages * KvShape.PAGE])) + " ");
                }
                // What passes the check against a limit that is too high; the heap is not empty either.
                BatchQueue queue = new BatchQueue(
                        batch -> {},
                        BatchPlanner.SHORT,
                        1,
                        new KvMemory(LARGE, Long.MAX_VALUE),
                        BatchQueue.Clock.SYSTEM);
                Sequence sequence = queue.open(Integer.MAX_VALUE, null);
                System.out.print(refused(() -> queue.run(sequence, new int[TOKENS], 0, TOKENS, false, null)) + " ");
                queue.close(sequence);
                model.generate("abc", GenerationOptions.greedy(2), text -> true);
                System.out.print("generated");
            }
        }

        private static String refused(Runnable work) {
            try {
                work.run();
                return "done";
            } catch (KvMemoryException e) {
                return "refused";
            }
        }
    }

    /** The file is shortened while the model is in use: each use tells it, none of them hangs or ends the JVM. */
    @Test
    void shortenedFile() throws IOException, InterruptedException {
        for (String exact : List.of("true", "false")) {
            Path file = Files.copy(
                    NanoModels.folder().resolve("qwen2.Q4_K_M.gguf"), folder.resolve("model-" + exact + ".gguf"));
            assertEquals("told told told closed", Fork.run(ShortenedFile.class, file.toString(), exact));
        }
    }

    static final class ShortenedFile {
        private ShortenedFile() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[0]);
            LanguageModel model = LanguageModel.load(file, new LoadOptions(THREADS, Boolean.parseBoolean(args[1])));
            try (model;
                    Session session = model.newSession(WARM_UP + 8)) {
                for (int i = 0; i < WARM_UP; i++) {
                    session.evaluate(new int[] {i % model.vocabularySize()});
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 8);
                }
                for (int i = 0; i < 3; i++) {
                    System.out.print(tells(session, model.vocabularySize() - 1 - i) + " ");
                }
            }
            System.out.print("closed");
        }

        private static String tells(Session session, int id) {
            int before = session.position();
            try {
                session.evaluate(new int[] {id});
                return "silent";
            } catch (ModelFileChangedException e) {
                return session.position() == before ? "told" : "moved";
            }
        }
    }
}
